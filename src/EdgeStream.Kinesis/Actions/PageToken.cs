using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Where a list goes on: opaque to clients, good for five minutes.</summary>
/// <param name="Subject">What is listed.</param>
/// <param name="Filter">What of it.</param>
/// <param name="Last">The last one that was listed.</param>
internal readonly record struct PageToken(string Subject, string Filter, string Last)
{
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
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">The token.</param>
    /// <param name="kind">Which list it must be of.</param>
    /// <param name="subject">What it must list; null for whatever it says.</param>
    /// <exception cref="ApiException">It is none of this list, or too old.</exception>
    internal static PageToken Read(ActionCall call, string token, string kind, string? subject)
    {
        var bytes = new byte[token.Length];
        if (!Base64.IsValid(token) || !Convert.TryFromBase64String(token, bytes, out var size))
        {
            throw ApiException.InvalidArgument("NextToken is invalid.");
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, size).Split(Separator);
        if (parts.Length != PartCount || parts[0] != kind || (subject is not null && parts[2] != subject)
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
}
