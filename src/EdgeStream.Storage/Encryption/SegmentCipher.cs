using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Storage;

/// <summary>
/// The data key of one segment file, and the block behind its header that holds it wrapped. Layout in the room's
/// README.
/// </summary>
/// <remarks>Immutable and thread-safe. Each who encrypts or decrypts takes a cipher of his own.</remarks>
internal sealed class SegmentCipher
{
    /// <summary>The size of a header with its key block and the checksum at its end.</summary>
    internal const int HeaderSizeBytes = 192;

    private const int IdOffset = SegmentHeader.SizeBytes;
    private const int NonceOffset = IdOffset + sizeof(ulong);
    private const int WrappedOffset = NonceOffset + SealedFrame.NonceSizeBytes;
    private const int TagOffset = WrappedOffset + EncryptionKey.SizeBytes;
    private const int NameLengthOffset = TagOffset + SealedFrame.TagSizeBytes;
    private const int NameOffset = NameLengthOffset + 1;
    private const int ChecksumOffset = HeaderSizeBytes - sizeof(uint);

    private readonly byte[] _dataKey;
    private readonly byte[] _block;

    private SegmentCipher(byte[] dataKey, byte[] block, ulong keyId, string keyName)
    {
        _dataKey = dataKey;
        _block = block;
        KeyId = keyId;
        KeyName = keyName;
    }

    /// <summary>Which key the data key is wrapped with.</summary>
    internal ulong KeyId { get; }

    /// <summary>What that key was called when the segment was made.</summary>
    internal string KeyName { get; }

    private static ReadOnlySpan<byte> Context => "EDGEKEY\0"u8;

    /// <summary>Draws a data key and wraps it.</summary>
    /// <param name="key">The key to wrap it with.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="first">The segment's first record.</param>
    internal static SegmentCipher Create(EncryptionKey key, ulong salt, SequenceNumber first)
    {
        var header = new byte[HeaderSizeBytes];
        var dataKey = RandomNumberGenerator.GetBytes(EncryptionKey.SizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(IdOffset), key.Id);
        var nonce = header.AsSpan(NonceOffset, SealedFrame.NonceSizeBytes);
        RandomNumberGenerator.Fill(nonce);
        header[NameLengthOffset] = (byte)Encoding.ASCII.GetBytes(key.Name, header.AsSpan(NameOffset));
        using var cipher = key.NewCipher();
        Span<byte> bound = stackalloc byte[BoundSizeBytes];
        Bind(bound, salt, first);
        cipher.Encrypt(
            nonce,
            dataKey,
            header.AsSpan(WrappedOffset, EncryptionKey.SizeBytes),
            header.AsSpan(TagOffset, SealedFrame.TagSizeBytes),
            bound);
        return new SegmentCipher(dataKey, header[SegmentHeader.SizeBytes..ChecksumOffset], key.Id, key.Name);
    }

    /// <summary>Reads the identifier and the name of the key that a file needs; false if it says none.</summary>
    /// <param name="file">The file's first bytes, at least <see cref="HeaderSizeBytes"/>.</param>
    /// <param name="id">The key's identifier.</param>
    /// <param name="name">The key's name.</param>
    internal static bool TryReadKey(ReadOnlySpan<byte> file, out ulong id, out string name)
    {
        id = 0;
        name = "";
        if (file.Length < HeaderSizeBytes)
        {
            return false;
        }

        id = BinaryPrimitives.ReadUInt64LittleEndian(file[IdOffset..]);
        int length = file[NameLengthOffset];
        name = length <= EncryptionKey.NameLengthMax ? Encoding.ASCII.GetString(file.Slice(NameOffset, length)) : "";
        return true;
    }

    /// <summary>Reads the name of the key that a file needs where nothing of it is damaged.</summary>
    /// <param name="file">The file's first bytes, at least <see cref="HeaderSizeBytes"/>.</param>
    /// <param name="name">The key's name.</param>
    internal static bool TryReadName(ReadOnlySpan<byte> file, out string name) =>
        TryReadKey(file, out _, out name)
        && EncryptionKey.IsName(name)
        && !file[(NameOffset + name.Length)..ChecksumOffset].ContainsAnyExcept((byte)0);

    /// <summary>Unwraps a file's data key; null if its block is damaged.</summary>
    /// <param name="file">The file's first bytes, at least <see cref="HeaderSizeBytes"/>.</param>
    /// <param name="key">The key that its data key is wrapped with.</param>
    /// <param name="salt">The segment's salt.</param>
    /// <param name="first">The segment's first record.</param>
    internal static SegmentCipher? TryOpen(
        ReadOnlySpan<byte> file, EncryptionKey key, ulong salt, SequenceNumber first)
    {
        if (!TryReadKey(file, out _, out _))
        {
            return null;
        }

        var dataKey = new byte[EncryptionKey.SizeBytes];
        using var cipher = key.NewCipher();
        Span<byte> bound = stackalloc byte[BoundSizeBytes];
        Bind(bound, salt, first);
        try
        {
            cipher.Decrypt(
                file.Slice(NonceOffset, SealedFrame.NonceSizeBytes),
                file.Slice(WrappedOffset, EncryptionKey.SizeBytes),
                file.Slice(TagOffset, SealedFrame.TagSizeBytes),
                dataKey,
                bound);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return new SegmentCipher(dataKey, file[SegmentHeader.SizeBytes..ChecksumOffset].ToArray(), key.Id, key.Name);
    }

    /// <summary>Writes the block behind a header, and the checksum of all; returns that.</summary>
    internal uint WriteBlock(Span<byte> header)
    {
        _block.CopyTo(header[SegmentHeader.SizeBytes..]);
        var checksum = Crc32C.Compute(header[..ChecksumOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumOffset..], checksum);
        return checksum;
    }

    /// <summary>A cipher of the data key; not thread-safe, the caller disposes it.</summary>
    internal AesGcm NewCipher() => new(_dataKey, SealedFrame.TagSizeBytes);

    private const int BoundSizeBytes = 8 + sizeof(ulong) + sizeof(long);

    private static void Bind(Span<byte> target, ulong salt, SequenceNumber first)
    {
        Context.CopyTo(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], first.Value);
    }
}
