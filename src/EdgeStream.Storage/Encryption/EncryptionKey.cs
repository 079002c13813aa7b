using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Storage;

/// <summary>A key under a name, with which the data keys of segments are wrapped.</summary>
/// <remarks>Immutable. The key stays in memory as long as the object does, and is in no text that it gives.</remarks>
public sealed class EncryptionKey
{
    /// <summary>AES-256.</summary>
    public const int SizeBytes = 32;

    /// <summary>The longest name, in characters; all of them are ASCII.</summary>
    public const int NameLengthMax = 55;

    private readonly byte[] _bytes;

    private EncryptionKey(string name, byte[] bytes)
    {
        Name = name;
        _bytes = bytes;
        Id = IdOf(bytes);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>
    /// Tells keys apart without telling them: the first eight bytes of a hash of the key, little-endian.
    /// </summary>
    public ulong Id { get; }

    /// <summary>Makes a key from what its file, variable or credential holds.</summary>
    /// <param name="name">Letters, digits, '.', '_' and '-', up to <see cref="NameLengthMax"/>.</param>
    /// <param name="material">
    /// 32 bytes, or 64 hexadecimal digits, or 44 characters of base64; white space around these is ignored.
    /// </param>
    /// <param name="key">The key, if this is one.</param>
    /// <param name="problem">What is wrong, without a byte of the material.</param>
    public static bool TryMake(
        string name,
        ReadOnlySpan<byte> material,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EncryptionKey? key,
        out string problem)
    {
        key = null;
        if (!IsName(name))
        {
            problem = $"the name of a key is 1 to {NameLengthMax} letters, digits, '.', '_' or '-'";
            return false;
        }

        if (!OpenSslLibrary.IsAvailable)
        {
            problem = "encryption needs OpenSSL, which this machine lacks: install libssl (libssl.so.3)";
            return false;
        }

        var bytes = new byte[SizeBytes];
        if (!TryDecode(material, bytes))
        {
            problem = $"a key is {SizeBytes} bytes, or 64 hexadecimal digits, or 44 characters of base64; "
                + $"this is none of them ({material.Length} bytes)";
            return false;
        }

        if (bytes.AsSpan().IndexOfAnyExcept(bytes[0]) < 0)
        {
            problem = "all bytes of the key are the same; take random ones: openssl rand -hex 32";
            return false;
        }

        key = new EncryptionKey(name, bytes);
        problem = "";
        return true;
    }

    /// <summary>Whether a key may be called this.</summary>
    public static bool IsName(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= NameLengthMax;
    }

    /// <summary>The name and the identifier, as messages show them.</summary>
    public override string ToString() => Describe(Name, Id);

    /// <summary>A key of this name and identifier, as messages show it.</summary>
    internal static string Describe(string name, ulong id) => $"'{name}' (id {id:x16})";

    /// <summary>The cipher of this key; not thread-safe, the caller disposes it.</summary>
    internal AesGcm NewCipher() => new(_bytes, SealedFrame.TagSizeBytes);

    private static bool TryDecode(ReadOnlySpan<byte> material, Span<byte> bytes)
    {
        if (material.Length == SizeBytes)
        {
            material.CopyTo(bytes);
            return true;
        }

        var text = material.Trim(" \t\r\n"u8);
        return text.Length switch
        {
            2 * SizeBytes => TryDecodeHexadecimal(text, bytes),
            44 => Base64.DecodeFromUtf8(text, bytes, out var used, out var size)
                == System.Buffers.OperationStatus.Done && used == text.Length && size == SizeBytes,
            _ => false,
        };
    }

    private static bool TryDecodeHexadecimal(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        Span<char> digits = stackalloc char[2 * SizeBytes];
        Encoding.ASCII.GetChars(text, digits);
        var status = Convert.FromHexString(digits, bytes, out _, out var written);
        digits.Clear();
        return status == System.Buffers.OperationStatus.Done && written == SizeBytes;
    }

    private static ulong IdOf(ReadOnlySpan<byte> key)
    {
        var prefix = "EdgeStream key id"u8;
        Span<byte> input = stackalloc byte[prefix.Length + SizeBytes];
        prefix.CopyTo(input);
        key.CopyTo(input[prefix.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        input.Clear();
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
