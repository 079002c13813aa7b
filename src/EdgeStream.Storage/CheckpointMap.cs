namespace EdgeStream.Storage;

/// <summary>The newest checkpoint of every name in one log, in order of the names.</summary>
/// <remarks>Not thread-safe. Its bound keeps the copy at the head of every segment small.</remarks>
internal sealed class CheckpointMap
{
    /// <summary>The most that all names and values may take together, written as an entry's body.</summary>
    internal const int SizeBytesMax = 64 << 10;

    private readonly List<LogCheckpoint> _checkpoints = [];

    /// <summary>An empty map.</summary>
    internal CheckpointMap()
    {
    }

    /// <summary>A copy.</summary>
    internal CheckpointMap(CheckpointMap other) => _checkpoints.AddRange(other._checkpoints);

    /// <summary>All checkpoints, by name.</summary>
    internal IReadOnlyCollection<LogCheckpoint> Checkpoints => _checkpoints;

    /// <summary>The bytes that the map takes in an index file or behind an entry's record count.</summary>
    internal int SizeBytes => BatchEntry.SizeOf(Checkpoints);

    /// <summary>The value under a name; false if there is none.</summary>
    internal bool TryGet(string name, out ReadOnlyMemory<byte> value)
    {
        var at = Find(name);
        value = at < 0 ? default : _checkpoints[at].Value;
        return at >= 0;
    }

    /// <summary>Puts a value under its name; an empty one takes the name away.</summary>
    internal void Set(LogCheckpoint checkpoint)
    {
        var at = Find(checkpoint.Name);
        if (at >= 0)
        {
            _checkpoints.RemoveAt(at);
        }

        if (!checkpoint.Value.IsEmpty)
        {
            _checkpoints.Insert(at >= 0 ? at : ~at, checkpoint);
        }
    }

    /// <summary>The place of a name; the complement of where it would go if it is not there.</summary>
    private int Find(string name)
    {
        var low = 0;
        var high = _checkpoints.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_checkpoints[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return ~low;
    }
}
