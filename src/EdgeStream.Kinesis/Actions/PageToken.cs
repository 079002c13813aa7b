using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Where a list goes on: opaque to clients, good for five minutes, and none can be made up.</summary>
/// <remarks>In Base64: 16 bytes that authenticate the rest, then the parts with a separator in between.</remarks>
/// <param name="Subject">What is listed.</param>
/// <param name="Filter">What of it.</param>
/// <param name="Last">The last one that was listed.</param>
internal readonly record struct PageToken(string Subject, string Filter, string Last)
{
    // The API takes a million characters; its own tokens have a few hundred.
    private const int LengthMax = 2048;
    private const int PartCount = 5;
    private const char Separator = '\n';
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Makes a token.</summary>
    internal static string Write(ActionCall call, string kind, string subject, string last, string filter = "")
    {
        var issuedAt = call.Service.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}{Separator}{issuedAt}{Separator}{subject}{Separator}{filter}{Separator}{last}");
        var bytes = new byte[ShardIterators.TagSizeBytes + Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(ShardIterators.TagSizeBytes));
        call.Service.Iterators.Authenticate(bytes.AsSpan(ShardIterators.TagSizeBytes), bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">The token.</param>
    /// <param name="kind">Which list it must be of.</param>
    /// <param name="subject">What it must list; null for whatever it says.</param>
    /// <exception cref="ApiException">It is none of this list, or too old.</exception>
    internal static PageToken Read(ActionCall call, string token, string kind, string? subject)
    {
        if (TextOf(call, token)?.Split(Separator) is not { Length: PartCount } parts
            || parts[0] != kind
            || (subject is not null && parts[2] != subject)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var issuedAt))
        {
            throw ApiException.InvalidArgument("NextToken is invalid.");
        }

        var age = call.Service.Time.GetUtcNow().ToUnixTimeMilliseconds() - issuedAt;
        return Math.Abs(age) > Lifetime.TotalMilliseconds
            ? throw new ApiException(
                ErrorType.ExpiredNextToken, "The NextToken has expired: it is good for 300 seconds.")
            : new PageToken(parts[2], parts[3], parts[4]);
    }

    /// <summary>What a token says; null for one that was not given out.</summary>
    private static string? TextOf(ActionCall call, string token)
    {
        Span<byte> bytes = stackalloc byte[LengthMax];
        if (token.Length > LengthMax
            || !Convert.TryFromBase64String(token, bytes, out var size)
            || size <= ShardIterators.TagSizeBytes)
        {
            return null;
        }

        var text = bytes[ShardIterators.TagSizeBytes..size];
        Span<byte> tag = stackalloc byte[ShardIterators.TagSizeBytes];
        if (text[0] < (byte)'a')
        {
            return null;
        }

        call.Service.Iterators.Authenticate(text, tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes[..ShardIterators.TagSizeBytes])
            ? Encoding.UTF8.GetString(text)
            : null;
    }
}
