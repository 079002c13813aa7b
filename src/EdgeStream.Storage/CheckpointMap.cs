using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>The newest checkpoint of every name in one log, in order of the names.</summary>
/// <remarks>
/// Not thread-safe. Its bound keeps the copy at the head of every segment small. It owns the bytes of its values: a
/// value that is set again is laid over the old one where it fits, so that setting it allocates nothing.
/// </remarks>
internal sealed class CheckpointMap
{
    /// <summary>The most that all names and values may take together, written as an entry's body.</summary>
    internal const int SizeBytesMax = 64 << 10;

    private readonly List<LogCheckpoint> _checkpoints = [];
    private int _contentSizeBytes;

    /// <summary>An empty map.</summary>
    internal CheckpointMap()
    {
    }

    /// <summary>A copy.</summary>
    internal CheckpointMap(CheckpointMap other)
    {
        _checkpoints.EnsureCapacity(other._checkpoints.Count);
        foreach (var (name, value) in other._checkpoints)
        {
            _checkpoints.Add(new LogCheckpoint(name, value.ToArray()));
        }

        _contentSizeBytes = other._contentSizeBytes;
    }

    /// <summary>All checkpoints, by name; until the next change of the map.</summary>
    internal ReadOnlySpan<LogCheckpoint> Checkpoints => CollectionsMarshal.AsSpan(_checkpoints);

    /// <summary>The bytes that the map takes in an index file or behind an entry's record count.</summary>
    internal int SizeBytes => VariableInteger.SizeOf((ulong)_checkpoints.Count) + _contentSizeBytes;

    /// <summary>The bytes that it would take with these checkpoints set.</summary>
    /// <param name="checkpoints">Of each name one at most.</param>
    internal int SizeBytesWith(ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        var count = _checkpoints.Count;
        var size = _contentSizeBytes;
        foreach (var checkpoint in checkpoints)
        {
            if (Find(checkpoint.Name) is >= 0 and var at)
            {
                count--;
                size -= BatchEntry.SizeOf(_checkpoints[at]);
            }

            if (!checkpoint.Value.IsEmpty)
            {
                count++;
                size += BatchEntry.SizeOf(checkpoint);
            }
        }

        return VariableInteger.SizeOf((ulong)count) + size;
    }

    /// <summary>The value under a name, valid until the next change of the map; false if there is none.</summary>
    internal bool TryGet(string name, out ReadOnlyMemory<byte> value)
    {
        var at = Find(name);
        value = at < 0 ? default : _checkpoints[at].Value;
        return at >= 0;
    }

    /// <summary>Puts a copy of a value under its name; an empty one takes the name away.</summary>
    internal void Set(LogCheckpoint checkpoint)
    {
        var at = Find(checkpoint.Name);
        if (at >= 0)
        {
            _contentSizeBytes -= BatchEntry.SizeOf(_checkpoints[at]);
        }

        if (checkpoint.Value.IsEmpty)
        {
            if (at >= 0)
            {
                _checkpoints.RemoveAt(at);
            }

            return;
        }

        _contentSizeBytes += BatchEntry.SizeOf(checkpoint);
        if (at < 0)
        {
            _checkpoints.Insert(~at, new LogCheckpoint(checkpoint.Name, checkpoint.Value.ToArray()));
        }
        else
        {
            _checkpoints[at] = new LogCheckpoint(checkpoint.Name, Over(_checkpoints[at].Value, checkpoint.Value.Span));
        }
    }

    /// <summary>A copy of a value, in the place of an older one if that is large enough.</summary>
    private static ReadOnlyMemory<byte> Over(ReadOnlyMemory<byte> old, ReadOnlySpan<byte> value)
    {
        if (!MemoryMarshal.TryGetArray(old, out var place) || place.Array!.Length < value.Length)
        {
            return value.ToArray();
        }

        value.CopyTo(place.Array);
        return place.Array.AsMemory(0, value.Length);
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
