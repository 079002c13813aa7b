using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>The checkpoints of an index file, encrypted: nonce, tag, ciphertext.</summary>
/// <remarks>
/// Every index file draws a nonce of its own: a segment has one for each 8 MiB and one for each clean stop.
/// </remarks>
internal static class SealedCheckpoints
{
    /// <summary>What they take more than they would plain.</summary>
    internal const int OverheadSizeBytes = SealedFrame.NonceSizeBytes + SealedFrame.TagSizeBytes;

    /// <summary>Encrypts in place, behind room for nonce and tag.</summary>
    /// <param name="cipher">The segment's cipher.</param>
    /// <param name="header">The index file's header, to which they are bound.</param>
    /// <param name="stored"><see cref="OverheadSizeBytes"/> of room, then the checkpoints.</param>
    internal static void Seal(SegmentCipher cipher, ReadOnlySpan<byte> header, Span<byte> stored)
    {
        using var sealing = cipher.NewCipher();
        var nonce = stored[..SealedFrame.NonceSizeBytes];
        NonceSequence.Begin().Next(nonce);
        var text = stored[OverheadSizeBytes..];
        sealing.Encrypt(
            nonce, text, text, stored.Slice(SealedFrame.NonceSizeBytes, SealedFrame.TagSizeBytes), header);
    }

    /// <summary>Decrypts; null if it is not what this cipher has sealed for this header.</summary>
    internal static byte[]? TryOpen(SegmentCipher cipher, ReadOnlySpan<byte> header, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < OverheadSizeBytes)
        {
            return null;
        }

        using var opening = cipher.NewCipher();
        var text = new byte[stored.Length - OverheadSizeBytes];
        try
        {
            opening.Decrypt(
                stored[..SealedFrame.NonceSizeBytes],
                stored[OverheadSizeBytes..],
                stored.Slice(SealedFrame.NonceSizeBytes, SealedFrame.TagSizeBytes),
                text,
                header);
            return text;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
