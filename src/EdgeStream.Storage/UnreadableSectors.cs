namespace EdgeStream.Storage;

/// <summary>Which sectors of a file the device could not read.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class UnreadableSectors
{
    /// <summary>What a device, or the kernel for it, reads or fails to read as one.</summary>
    internal const int SizeBytes = 4 << 10;

    private readonly List<long> _offsets = [];

    /// <summary>How many there are.</summary>
    internal int Count => _offsets.Count;

    /// <summary>Where the first one begins; meaningless where there is none.</summary>
    internal long First => _offsets[0];

    /// <summary>Where the last one ends; meaningless where there is none.</summary>
    internal long End => _offsets[^1] + SizeBytes;

    /// <summary>Adds one; they come in order.</summary>
    internal void Add(long offset) => _offsets.Add(offset);

    /// <summary>Whether any byte of a range cannot be read.</summary>
    internal bool Meet(long start, long end)
    {
        foreach (var offset in _offsets)
        {
            if (offset < end && offset + SizeBytes > start)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first one that meets a range; null where none does.</summary>
    internal long? FirstIn(long start, long end)
    {
        foreach (var offset in _offsets)
        {
            if (offset + SizeBytes > start)
            {
                return offset < end ? offset : null;
            }
        }

        return null;
    }

    /// <summary>Adds those of others that are not known yet.</summary>
    internal void AddMissing(UnreadableSectors others)
    {
        foreach (var offset in others._offsets)
        {
            var at = _offsets.BinarySearch(offset);
            if (at < 0)
            {
                _offsets.Insert(~at, offset);
            }
        }
    }

    /// <summary>One could be read after all.</summary>
    internal void Remove(long offset) => _offsets.Remove(offset);
}
