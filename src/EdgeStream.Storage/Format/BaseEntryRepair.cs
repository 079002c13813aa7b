namespace EdgeStream.Storage;

/// <summary>
/// Finds the one byte of a base entry, or of the checksum before it, that is wrong, by trying every value of every byte
/// against the entry's checksum. A base entry is the key to its frame, and 10,710 tries take about a tenth of a
/// millisecond; that one of them fits by chance has a probability of 3 in a million.
/// </summary>
internal static class BaseEntryRepair
{
    /// <summary>Length and body, and the chain's checksum before them.</summary>
    internal const int SizeBytes = EntryFormat.ChecksumSizeBytes + 1 + BaseEntry.BodySizeBytes;

    /// <summary>Puts a copy right; false when more than one byte is wrong, or it is no base entry.</summary>
    /// <param name="copy">The chain's checksum, length and body: <see cref="SizeBytes"/> bytes.</param>
    /// <param name="stored">The entry's checksum as it stands behind them.</param>
    /// <param name="salt">The segment's salt.</param>
    internal static bool TryRepair(Span<byte> copy, uint stored, ulong salt)
    {
        for (var offset = 0; offset < SizeBytes; offset++)
        {
            var found = copy[offset];
            for (var difference = 1; difference <= byte.MaxValue; difference++)
            {
                copy[offset] = (byte)(found ^ difference);
                if (EntryFormat.Checksum(copy, salt) == stored)
                {
                    return copy[EntryFormat.ChecksumSizeBytes] == BaseEntry.BodySizeBytes
                        && copy[EntryFormat.ChecksumSizeBytes + 1] == EntryFormat.BaseKind;
                }
            }

            copy[offset] = found;
        }

        return false;
    }
}
