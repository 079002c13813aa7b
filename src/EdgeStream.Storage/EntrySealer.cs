using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// Puts the checksums into entries that were laid down without: the committer's half of an append.
/// </summary>
/// <remarks>
/// Goes through a segment's entries in order, from a base entry on, over as many commits as there are. The lengths and
/// kinds are the program's own, so nothing is checked that the compiler's bounds do not check.
/// </remarks>
internal struct EntrySealer(ulong salt)
{
    private uint _baseChecksum;

    /// <summary>Seals whole entries, at least so many bytes of them or all there are.</summary>
    /// <param name="chainAndEntries">
    /// The entries; the four bytes before <paramref name="start"/> are the checksum that goes before.
    /// </param>
    /// <param name="start">Where the first entry begins.</param>
    /// <param name="sizeBytesMin">How much to seal.</param>
    /// <returns>Where the last entry ends that was sealed.</returns>
    internal int Seal(Span<byte> chainAndEntries, int start, int sizeBytesMin)
    {
        var end = (int)Math.Min((long)start + sizeBytesMin, chainAndEntries.Length);
        var chain = EntryFormat.ChecksumAt(chainAndEntries, start - EntryFormat.ChecksumSizeBytes);
        while (start < end)
        {
            int bodySize = chainAndEntries[start];
            var bodyStart = start + 1;
            if (bodySize >= 0x80)
            {
                VariableInteger.TryRead(chainAndEntries[start..], out var length, out var lengthSize);
                bodySize = (int)length;
                bodyStart = start + lengthSize;
            }

            var bodyEnd = bodyStart + bodySize;
            var isBase = chainAndEntries[bodyStart] == EntryFormat.BaseKind;
            chain = EntryFormat.ChainedChecksum(chain, chainAndEntries[start..bodyEnd], isBase ? salt : _baseChecksum);
            BinaryPrimitives.WriteUInt32LittleEndian(chainAndEntries[bodyEnd..], chain);
            _baseChecksum = isBase ? chain : _baseChecksum;
            start = bodyEnd + EntryFormat.ChecksumSizeBytes;
        }

        return start;
    }
}
