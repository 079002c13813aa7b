using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>The one open reader of somebody who may have to open another at another place.</summary>
/// <remarks>Not thread-safe. Whichever it is then, it is closed when this is disposed.</remarks>
internal sealed class HeldReader(ShardReader reader) : IDisposable
{
    private ShardReader? _reader = reader;

    /// <summary>The reader.</summary>
    internal ShardReader Reader => _reader ?? throw new ObjectDisposedException(nameof(HeldReader));

    /// <summary>Opens a reader of the same shard at a record, and closes the one that was held.</summary>
    internal void GoTo(SequenceNumber sequence)
    {
        var passed = Reader;
        _reader = passed.Shard.OpenReader(ShardPosition.At(sequence));
        passed.Dispose();
    }

    /// <summary>Hands the reader over: the caller closes it.</summary>
    internal ShardReader Leave()
    {
        var left = Reader;
        _reader = null;
        return left;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();
}
