namespace EdgeStream.Storage;

/// <summary>
/// Finds the one byte of a segment header that is wrong, by trying every value of every byte against the checksum. A
/// header is the key to its whole segment, and 16,320 tries take about a millisecond; that one of them fits by chance
/// has a probability of 4 in a million.
/// </summary>
internal static class HeaderRepair
{
    /// <summary>Puts the header right in place; false, and unchanged, when more than one byte is wrong.</summary>
    /// <param name="header">The first bytes of the file: 64 of them, or as many as the longest header has.</param>
    internal static bool TryRepair(Span<byte> header) =>
        TryRepairOne(header[..SegmentHeader.SizeBytes])
            || (header.Length > SegmentHeader.SizeBytes && TryRepairOne(header));

    private static bool TryRepairOne(Span<byte> header)
    {
        for (var offset = 0; offset < header.Length; offset++)
        {
            var found = header[offset];
            for (var difference = 1; difference <= byte.MaxValue; difference++)
            {
                header[offset] = (byte)(found ^ difference);
                if (SegmentHeader.Read(header, out _) == SegmentHeaderStatus.Valid)
                {
                    return true;
                }
            }

            header[offset] = found;
        }

        return false;
    }
}
