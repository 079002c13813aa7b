using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeStream.Storage;

/// <summary>A block of a compressed segment, encrypted: nonce, tag, ciphertext.</summary>
internal static class SealedBlock
{
    /// <summary>What a block takes more than it would plain.</summary>
    internal const int OverheadSizeBytes = SealedFrame.NonceSizeBytes + SealedFrame.TagSizeBytes;

    private const int BoundSizeBytes = sizeof(long) + sizeof(int) + sizeof(int);

    /// <summary>Encrypts a block in place, behind room for its nonce and tag.</summary>
    /// <param name="cipher">The file's cipher.</param>
    /// <param name="nonces">The file's nonces.</param>
    /// <param name="block">Which block it is.</param>
    /// <param name="stored"><see cref="OverheadSizeBytes"/> of room, then the compressed bytes.</param>
    internal static void Seal(AesGcm cipher, ref NonceSequence nonces, in CompressedBlock block, Span<byte> stored)
    {
        Span<byte> bound = stackalloc byte[BoundSizeBytes];
        Bind(bound, block);
        var nonce = stored[..SealedFrame.NonceSizeBytes];
        nonces.Next(nonce);
        var text = stored[OverheadSizeBytes..];
        cipher.Encrypt(
            nonce, text, text, stored.Slice(SealedFrame.NonceSizeBytes, SealedFrame.TagSizeBytes), bound);
    }

    /// <summary>Decrypts and expands a block to exactly the size of the target; false if it is anything else.</summary>
    internal static bool TryExpand(
        AesGcm cipher, in CompressedBlock block, BlockCodecKind codec, ReadOnlySpan<byte> stored, Span<byte> target)
    {
        if (stored.Length <= OverheadSizeBytes)
        {
            return false;
        }

        Span<byte> bound = stackalloc byte[BoundSizeBytes];
        Bind(bound, block);
        var size = stored.Length - OverheadSizeBytes;
        var text = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            cipher.Decrypt(
                stored[..SealedFrame.NonceSizeBytes],
                stored[OverheadSizeBytes..],
                stored.Slice(SealedFrame.NonceSizeBytes, SealedFrame.TagSizeBytes),
                text.AsSpan(0, size),
                bound);
            return BlockCodec.TryExpand(codec, text.AsSpan(0, size), target);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static void Bind(Span<byte> target, in CompressedBlock block)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, block.Sequence.Value);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], block.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], block.SizeBytes);
    }
}
