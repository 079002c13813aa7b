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

    /// <summary>How many there were, and could be read later.</summary>
    internal int ReadAgainCount { get; private set; }

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

    /// <summary>
    /// Reads those of a range once more into a copy of the file, up to the first that still cannot be read: one that is
    /// bad for good costs one read.
    /// </summary>
    internal void ReadAgain(IDiskFile file, Span<byte> copy, long start, long end)
    {
        Span<byte> sector = stackalloc byte[SizeBytes];
        for (var at = 0; at < _offsets.Count && _offsets[at] < end;)
        {
            var offset = _offsets[at];
            if (offset + SizeBytes <= start)
            {
                at++;
                continue;
            }

            var target = sector[..(int)Math.Min(SizeBytes, copy.Length - offset)];
            target.Clear();
            if (SectorRead.Fill(file.Read, offset, target) is not null)
            {
                return;
            }

            target.CopyTo(copy[(int)offset..]);
            _offsets.RemoveAt(at);
            ReadAgainCount++;
        }
    }
}
