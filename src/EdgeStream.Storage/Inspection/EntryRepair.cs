namespace EdgeStream.Storage;

/// <summary>
/// Finds the one byte that is wrong where a whole frame hangs on it: in a base entry, by trying every value of every
/// byte against its checksum (about a tenth of a millisecond), or in a checksum that the entry behind it proves.
/// </summary>
/// <remarks>
/// That a try fits by chance has a probability of 3 in a million for a damaged base entry, and none to speak of
/// elsewhere, since length and kind must fit too. A record's own bytes are never guessed.
/// </remarks>
internal static class EntryRepair
{
    /// <summary>A longer record's checksum is not searched: every try reads the record.</summary>
    private const int CheckedEntrySizeBytesMax = 1 << 20;

    /// <summary>Puts one byte right in place, at a cursor that stands before an entry that is not valid.</summary>
    /// <param name="segment">The segment's bytes, with the sequence numbers and chain before the cursor right.</param>
    /// <param name="cursor">Where the damage begins.</param>
    /// <returns>The byte's offset; null, and nothing changed, when one byte is not all that is wrong.</returns>
    internal static int? TryRepair(Span<byte> segment, in EntryCursor cursor) =>
        TryRepairBase(segment, cursor) ?? TryRepairChecksum(segment, cursor);

    private static int? TryRepairBase(Span<byte> segment, in EntryCursor cursor)
    {
        var end = cursor.Offset + BaseEntry.EntrySizeBytes;
        if (end > segment.Length)
        {
            return null;
        }

        for (var offset = cursor.Offset; offset < end; offset++)
        {
            var found = segment[offset];
            for (var difference = 1; difference <= byte.MaxValue; difference++)
            {
                segment[offset] = (byte)(found ^ difference);
                if (IsBase(segment, cursor.Offset) && IsValid(segment, cursor, end))
                {
                    return offset;
                }
            }

            segment[offset] = found;
        }

        return null;
    }

    private static bool IsBase(ReadOnlySpan<byte> segment, int offset) =>
        segment[offset] == BaseEntry.BodySizeBytes && segment[offset + 1] == EntryFormat.BaseKind;

    /// <summary>Whether one valid entry stands between a cursor and an end.</summary>
    private static bool IsValid(ReadOnlySpan<byte> segment, EntryCursor cursor, int end) =>
        cursor.TryStep(segment, end, out _) is not (EntryStep.End or EntryStep.Damaged) && cursor.Offset == end;

    /// <summary>
    /// A checksum is part of what the next entry's checksum covers: the value that makes both right is the true one.
    /// </summary>
    private static int? TryRepairChecksum(Span<byte> segment, in EntryCursor cursor)
    {
        var size = EntryFormat.BodySizeAt(segment, cursor.Offset, segment.Length, out var lengthSize);
        var at = cursor.Offset + lengthSize + size;
        var next = at + EntryFormat.ChecksumSizeBytes;
        var nextSize = EntryFormat.BodySizeAt(segment, next, segment.Length, out var nextLengthSize);
        if (size == 0 || nextSize == 0 || size > CheckedEntrySizeBytesMax)
        {
            return null;
        }

        var nextEnd = next + nextLengthSize + nextSize + EntryFormat.ChecksumSizeBytes;
        for (var offset = at; offset < next; offset++)
        {
            var found = segment[offset];
            for (var difference = 1; difference <= byte.MaxValue; difference++)
            {
                segment[offset] = (byte)(found ^ difference);
                var probe = cursor;
                if (probe.TryStep(segment, next, out _) is not (EntryStep.End or EntryStep.Damaged)
                    && IsValid(segment, probe, nextEnd))
                {
                    return offset;
                }
            }

            segment[offset] = found;
        }

        return null;
    }
}
