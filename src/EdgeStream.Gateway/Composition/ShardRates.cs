using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>How fast one shard grows.</summary>
internal sealed class ShardRates
{
    private SequenceNumber _previousNewest;
    private long _bytes;
    private bool _isPrimed;

    /// <summary>Records appended per second.</summary>
    public RateMeter Records { get; } = new();

    /// <summary>Bytes of log appended per second.</summary>
    public RateMeter Bytes { get; } = new();

    /// <summary>Bytes of log appended since the gateway started.</summary>
    public long AppendedBytes => Volatile.Read(ref _bytes);

    /// <summary>Takes a sample; called about once a second.</summary>
    public void Sample(long nowTicks, Shard shard)
    {
        var newest = shard.NewestSequence;
        if (_isPrimed && newest > _previousNewest)
        {
            Volatile.Write(ref _bytes, _bytes + shard.BytesAfter(_previousNewest));
        }

        _previousNewest = newest;
        _isPrimed = true;
        Records.Sample(nowTicks, newest.Value);
        Bytes.Sample(nowTicks, _bytes);
    }
}
