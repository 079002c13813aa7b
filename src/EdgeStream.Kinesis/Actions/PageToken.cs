using System.Globalization;

namespace EdgeStream.Kinesis;

/// <summary>Where a list goes on, good for five minutes.</summary>
/// <remarks>A <see cref="SignedText"/> of the parts with a separator in between.</remarks>
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
        return SignedText.Write(call, string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}{Separator}{issuedAt}{Separator}{subject}{Separator}{filter}{Separator}{last}"));
    }

    /// <summary>Reads one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">The token.</param>
    /// <param name="kind">Which list it must be of.</param>
    /// <param name="subject">What it must list; null for whatever it says.</param>
    /// <exception cref="ApiException">It is none of this list, or too old.</exception>
    internal static PageToken Read(ActionCall call, string token, string kind, string? subject)
    {
        if (SignedText.Read(call, token)?.Split(Separator) is not { Length: PartCount } parts
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
}
