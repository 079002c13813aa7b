using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>
/// The bytes of an encrypted frame: a readable base entry, and behind it one entry of kind 6 that holds all others.
/// Layout in the room's README.
/// </summary>
/// <remarks>
/// A frame has the same size and its entries the same places before and after: where the entry of kind 6 has its
/// length, kind, nonce and tag, the frame has a pad of that size while it is plain, and the last entry's checksum
/// stands where the sealed entry's own one goes. So a log's places mean the same in the file and in what a reader sees.
/// </remarks>
internal static class SealedFrame
{
    internal const int NonceSizeBytes = 12;
    internal const int TagSizeBytes = 16;

    /// <summary>What stands before the ciphertext in the entry: length, kind, nonce, tag.</summary>
    internal const int PrefixSizeBytes = LengthSizeBytes + 1 + NonceSizeBytes + TagSizeBytes;

    /// <summary>Where the first entry stands behind the frame's beginning.</summary>
    internal const int HeadSizeBytes = BaseEntry.EntrySizeBytes + PrefixSizeBytes;

    /// <summary>The length always takes five bytes, since it is known only when the frame is complete.</summary>
    private const int LengthSizeBytes = 5;

    private const int NonceOffset = LengthSizeBytes + 1;
    private const int TagOffset = NonceOffset + NonceSizeBytes;

    /// <summary>Whether a cursor stands behind a frame's base entry and the pad behind that, and no more.</summary>
    internal static bool IsHead(in EntryCursor cursor) => cursor.Offset == cursor.BaseOffset + HeadSizeBytes;

    /// <summary>Encrypts a frame in place and puts the checksums of its two entries in.</summary>
    /// <param name="cipher">The segment's cipher.</param>
    /// <param name="nonces">The segment's nonces.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="chainAndEntries">The bytes, from at least four before the frame.</param>
    /// <param name="start">Where the frame begins.</param>
    /// <param name="end">Where it ends.</param>
    internal static void Seal(
        AesGcm cipher, ref NonceSequence nonces, ulong salt, Span<byte> chainAndEntries, int start, int end)
    {
        var prefixStart = start + BaseEntry.EntrySizeBytes;
        var bodyEnd = end - EntryFormat.ChecksumSizeBytes;
        EntryFormat.Seal(chainAndEntries, start, prefixStart - EntryFormat.ChecksumSizeBytes, salt);
        var prefix = chainAndEntries.Slice(prefixStart, PrefixSizeBytes);
        VariableInteger.WriteWide(prefix, (ulong)(bodyEnd - prefixStart - LengthSizeBytes), LengthSizeBytes);
        prefix[LengthSizeBytes] = EntryFormat.SealedKind;
        var nonce = prefix.Slice(NonceOffset, NonceSizeBytes);
        nonces.Next(nonce);
        var text = chainAndEntries[(start + HeadSizeBytes)..bodyEnd];
        cipher.Encrypt(
            nonce, text, text, prefix.Slice(TagOffset, TagSizeBytes),
            chainAndEntries.Slice(start + 1, BaseEntry.BodySizeBytes));
        EntryFormat.Seal(
            chainAndEntries, prefixStart, bodyEnd,
            EntryFormat.ChecksumAt(chainAndEntries, prefixStart - EntryFormat.ChecksumSizeBytes));
    }

    /// <summary>
    /// Shows a frame as it was before, in its place of the target, with checksums that continue what stands before it
    /// there.
    /// </summary>
    /// <param name="cipher">The segment's cipher.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="file">The segment's file.</param>
    /// <param name="cursor">A cursor over the file, behind the sealed entry, whose base entry is the frame's.</param>
    /// <param name="target">The segment as it was written; the frame's part of it changes.</param>
    /// <returns>False, and nothing readable shown, if it is no frame that this cipher has sealed.</returns>
    internal static bool TryOpen(
        AesGcm cipher, ulong salt, ReadOnlySpan<byte> file, in EntryCursor cursor, Span<byte> target)
    {
        var start = cursor.BaseOffset;
        var textEnd = cursor.Offset - EntryFormat.ChecksumSizeBytes;
        if (textEnd <= start + HeadSizeBytes
            || cursor.Offset > target.Length
            || file[start + BaseEntry.EntrySizeBytes + LengthSizeBytes] != EntryFormat.SealedKind)
        {
            return false;
        }

        ShowBase(salt, cursor.Base, target, start);
        var prefix = file.Slice(start + BaseEntry.EntrySizeBytes, PrefixSizeBytes);
        try
        {
            cipher.Decrypt(
                prefix.Slice(NonceOffset, NonceSizeBytes),
                file[(start + HeadSizeBytes)..textEnd],
                prefix.Slice(TagOffset, TagSizeBytes),
                target[(start + HeadSizeBytes)..textEnd],
                target.Slice(start + 1, BaseEntry.BodySizeBytes));
        }
        catch (CryptographicException)
        {
            target[(start + BaseEntry.EntrySizeBytes)..cursor.Offset].Clear();
            return false;
        }

        EntryFormat.LayPad(target.Slice(start + BaseEntry.EntrySizeBytes, PrefixSizeBytes));
        var sealer = new EntrySealer(salt);
        var frame = target[(start - EntryFormat.ChecksumSizeBytes)..cursor.Offset];
        sealer.Seal(frame, EntryFormat.ChecksumSizeBytes, frame.Length);
        return true;
    }

    /// <summary>Shows a base entry, with a checksum that continues what stands before it in the target.</summary>
    internal static void ShowBase(ulong salt, in BaseEntry entry, Span<byte> target, int start)
    {
        target[start] = BaseEntry.BodySizeBytes;
        entry.WriteBody(target[(start + 1)..]);
        EntryFormat.Seal(target, start, start + 1 + BaseEntry.BodySizeBytes, salt);
    }
}
