using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Readers that stand where an iterator was given out, so that the next GetRecords goes on with one.</summary>
/// <remarks>Thread-safe. At most 64 readers, each for ten seconds after its last use: a reader keeps a segment's file
/// mapped.</remarks>
internal sealed class ReaderCache(TimeProvider time) : IDisposable
{
    private const int ReadersMax = 64;
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<(ShardReader Reader, long UsedAt)> _readers = [];
    private bool _isDisposed;

    /// <summary>A reader of the shard that stands at the position; opens one where none waits there.</summary>
    internal ShardReader Take(Shard shard, ShardPosition position)
    {
        lock (_gate)
        {
            for (var i = _readers.Count - 1; i >= 0; i--)
            {
                var reader = _readers[i].Reader;
                if (ReferenceEquals(reader.Shard, shard) && reader.NextSequence == position.Sequence)
                {
                    _readers.RemoveAt(i);
                    return reader;
                }
            }
        }

        return shard.OpenReader(position);
    }

    /// <summary>Keeps a reader that works.</summary>
    internal void Return(ShardReader reader)
    {
        ShardReader? surplus = null;
        lock (_gate)
        {
            if (_isDisposed || reader.Shard.State == ShardState.Expired)
            {
                surplus = reader;
            }
            else
            {
                if (_readers.Count == ReadersMax)
                {
                    surplus = _readers[0].Reader;
                    _readers.RemoveAt(0);
                }

                _readers.Add((reader, time.GetTimestamp()));
            }
        }

        surplus?.Dispose();
    }

    /// <summary>Closes readers that nobody has asked for in a while.</summary>
    internal void Tick()
    {
        lock (_gate)
        {
            while (_readers.Count > 0
                && (time.GetElapsedTime(_readers[0].UsedAt) > IdleMax
                    || _readers[0].Reader.Shard.State == ShardState.Expired))
            {
                _readers[0].Reader.Dispose();
                _readers.RemoveAt(0);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var (reader, _) in _readers)
            {
                reader.Dispose();
            }

            _readers.Clear();
        }
    }
}
