using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Base64 as the service takes it: in groups of four, padded, without white space, its last bits
/// zero.</summary>
internal static class Base64Text
{
    private const int Group = 4;
    private const int GroupBytes = 3;

    private static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Replaces the text by the bytes that it stands for.</summary>
    /// <returns>How many bytes these are.</returns>
    /// <exception cref="ApiException">It is no such text.</exception>
    internal static int DecodeInPlace(Span<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        if (text.Length % Group != 0)
        {
            throw Refuse(text, $"Base64 encoded length is expected a multiple of 4 bytes but found: {text.Length}");
        }

        var padding = text[^1] != (byte)'=' ? 0 : text[^2] != (byte)'=' ? 1 : 2;
        var expected = (text.Length / Group * GroupBytes) - padding;

        // The framework passes over white space: then the length differs.
        if (!Base64.IsValid(text, out var length) || length != expected)
        {
            throw RefuseLetter(text, padding);
        }

        if (padding > 0 && HasLostBits(text[^(padding + 1)], padding))
        {
            throw Refuse(text, "Invalid last non-pad Base64 character dectected");
        }

        Base64.DecodeFromUtf8InPlace(text, out var written);
        return written;
    }

    /// <summary>Whether the last letter has bits that belong to no byte.</summary>
    private static bool HasLostBits(byte letter, int padding)
    {
        var value = letter switch
        {
            >= (byte)'A' and <= (byte)'Z' => letter - 'A',
            >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
            >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
            (byte)'+' => 62,
            _ => 63,
        };
        return (value & (padding == 1 ? 0b11 : 0b1111)) != 0;
    }

    private static ApiException RefuseLetter(ReadOnlySpan<byte> text, int padding)
    {
        var wrong = text[..^padding].IndexOfAnyExcept(Letters);
        return wrong < 0
            ? Refuse(text, "Invalid last non-pad Base64 character dectected")
            : Refuse(text, $"Invalid Base64 character: '{Encoding.UTF8.GetString(text)[wrong]}'");
    }

    private static ApiException Refuse(ReadOnlySpan<byte> text, string reason) =>
        ApiException.Serialization($"'{Encoding.UTF8.GetString(text)}' can not be converted to a Blob: {reason}");
}
