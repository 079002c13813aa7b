using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>How many bytes a log takes, in all and behind a record.</summary>
internal static class LogExtent
{
    /// <summary>Bytes that the files take on disk.</summary>
    internal static long SizeBytes(ImmutableArray<Segment> segments)
    {
        long size = 0;
        foreach (var segment in segments)
        {
            size += segment.SizeBytes;
        }

        return size;
    }

    /// <summary>Bytes in use: sealed segments, and the active one up to its end.</summary>
    internal static long UsedBytes(ImmutableArray<Segment> segments) =>
        SizeBytes(segments) - segments[^1].SizeBytes + segments[^1].VisibleEnd;

    /// <summary>About how many bytes lie behind a record: whole segments, and an even spread within its own.</summary>
    internal static long BytesAfter(ImmutableArray<Segment> segments, SequenceNumber newest, SequenceNumber sequence)
    {
        long bytes = 0;
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            var isActive = i + 1 == segments.Length;
            var last = isActive ? newest.Value : segments[i + 1].FirstSequence.Value - 1;
            var count = last - segments[i].FirstSequence.Value + 1;
            var pending = Math.Min(count, last - sequence.Value);
            if (count > 0 && pending <= 0)
            {
                break;
            }

            if (count > 0)
            {
                var used = isActive ? segments[i].VisibleEnd : segments[i].SizeBytes;
                bytes += (long)((double)used * pending / count);
            }
        }

        return bytes;
    }
}
