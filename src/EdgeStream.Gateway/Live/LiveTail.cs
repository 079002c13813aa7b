using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Live;

/// <summary>Follows the newest records of one shard for the live view; when too many come, the older ones are left
/// out.</summary>
/// <remarks>Not thread-safe: one loop.</remarks>
internal sealed class LiveTail(string stream, Shard shard, ShardPosition start) : IDisposable
{
    private const int RecordCountPerTurnMax = 200;

    private ShardReader _reader = shard.OpenReader(start);

    /// <summary>Records that were left out because they came faster than anyone could look at them.</summary>
    public long Skipped { get; private set; }

    /// <summary>
    /// Hands over what is new since the last turn, at most 200 records, the newest, and what is missing among them.
    /// </summary>
    public void Read(LiveRecordHandler handler, Action<LiveGap> onGap)
    {
        var behind = shard.NewestSequence.Value - _reader.NextSequence.Value + 1;
        if (behind > RecordCountPerTurnMax)
        {
            var start = new SequenceNumber(shard.NewestSequence.Value - RecordCountPerTurnMax + 1);
            Skipped += start.Value - _reader.NextSequence.Value;
            _reader.Dispose();
            _reader = shard.OpenReader(ShardPosition.At(start));
        }

        LogReadStep step;
        for (var count = 0;
            count < RecordCountPerTurnMax && (step = _reader.Read(out var record)) != LogReadStep.None;
            count++)
        {
            if (step == LogReadStep.Record)
            {
                handler(record);
            }
            else
            {
                onGap(new LiveGap(stream, shard, _reader.Gap));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}

/// <summary>Takes one record; its spans are valid during the call only.</summary>
internal delegate void LiveRecordHandler(in StreamRecord record);
