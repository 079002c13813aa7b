using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>Which letters of a shard were replayed, as ranges of their numbers.</summary>
/// <remarks>
/// Stored as version (1 byte, 1) and, in ascending order, the first and last number of each range, 8 bytes each,
/// little-endian. Frozen. At most 20,000 ranges, which letters that can't be replayed leave between them.
/// </remarks>
internal sealed class ReplayedSet
{
    internal const int RangeCountMax = 20_000;

    private const byte Version = 1;
    private const int RangeSizeBytes = 16;

    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>How many ranges there are.</summary>
    internal int RangeCount => _ranges.Count;

    /// <summary>Reads a stored set; what can't be read is null.</summary>
    internal static ReplayedSet? Read(ReadOnlySpan<byte> bytes)
    {
        var set = new ReplayedSet();
        if (bytes.IsEmpty)
        {
            return set;
        }

        if (bytes[0] != Version || (bytes.Length - 1) % RangeSizeBytes != 0)
        {
            return null;
        }

        for (var rest = bytes[1..]; !rest.IsEmpty; rest = rest[RangeSizeBytes..])
        {
            set._ranges.Add((
                BinaryPrimitives.ReadInt64LittleEndian(rest), BinaryPrimitives.ReadInt64LittleEndian(rest[8..])));
        }

        return set;
    }

    /// <summary>The set as it is stored.</summary>
    internal byte[] Write()
    {
        var bytes = new byte[1 + (_ranges.Count * RangeSizeBytes)];
        bytes[0] = Version;
        for (var i = 0; i < _ranges.Count; i++)
        {
            var range = bytes.AsSpan(1 + (i * RangeSizeBytes));
            BinaryPrimitives.WriteInt64LittleEndian(range, _ranges[i].First);
            BinaryPrimitives.WriteInt64LittleEndian(range[8..], _ranges[i].Last);
        }

        return bytes;
    }

    /// <summary>Whether a letter is in it.</summary>
    internal bool Contains(long sequence)
    {
        var index = IndexBehind(sequence) - 1;
        return index >= 0 && sequence <= _ranges[index].Last;
    }

    /// <summary>Adds a letter.</summary>
    internal void Add(long sequence)
    {
        if (Contains(sequence))
        {
            return;
        }

        var index = IndexBehind(sequence);
        var joinsBefore = index > 0 && _ranges[index - 1].Last == sequence - 1;
        var joinsBehind = index < _ranges.Count && _ranges[index].First == sequence + 1;
        if (joinsBefore && joinsBehind)
        {
            _ranges[index - 1] = (_ranges[index - 1].First, _ranges[index].Last);
            _ranges.RemoveAt(index);
        }
        else if (joinsBefore)
        {
            _ranges[index - 1] = (_ranges[index - 1].First, sequence);
        }
        else if (joinsBehind)
        {
            _ranges[index] = (sequence, _ranges[index].Last);
        }
        else
        {
            _ranges.Insert(index, (sequence, sequence));
        }
    }

    /// <summary>Forgets letters that are no longer there.</summary>
    internal void ForgetBefore(long oldest) => _ranges.RemoveAll(range => range.Last < oldest);

    /// <summary>The index of the first range that begins behind a number.</summary>
    private int IndexBehind(long sequence)
    {
        var low = 0;
        var high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].First <= sequence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
