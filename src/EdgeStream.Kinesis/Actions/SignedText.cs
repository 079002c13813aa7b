using System.Security.Cryptography;
using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>A text that clients keep and give back: opaque to them, and none can be made up.</summary>
/// <remarks>In Base64: 16 bytes that authenticate the rest, then the text in UTF-8. It begins with a small letter, by
/// which it is none of the shard iterators that the same key authenticates.</remarks>
internal static class SignedText
{
    // The API takes a million characters; its own texts have a few hundred.
    private const int LengthMax = 2048;

    /// <summary>What a client is given for a text.</summary>
    internal static string Write(ActionCall call, string text)
    {
        var bytes = new byte[ShardIterators.TagSizeBytes + Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(ShardIterators.TagSizeBytes));
        call.Service.Iterators.Authenticate(bytes.AsSpan(ShardIterators.TagSizeBytes), bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The text of what a client gave; null where it was not given out.</summary>
    internal static string? Read(ActionCall call, string given)
    {
        Span<byte> bytes = stackalloc byte[LengthMax];
        if (given.Length > LengthMax
            || !Convert.TryFromBase64String(given, bytes, out var size)
            || size <= ShardIterators.TagSizeBytes)
        {
            return null;
        }

        var text = bytes[ShardIterators.TagSizeBytes..size];
        if (text[0] < (byte)'a')
        {
            return null;
        }

        Span<byte> tag = stackalloc byte[ShardIterators.TagSizeBytes];
        call.Service.Iterators.Authenticate(text, tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes[..ShardIterators.TagSizeBytes])
            ? Encoding.UTF8.GetString(text)
            : null;
    }
}
