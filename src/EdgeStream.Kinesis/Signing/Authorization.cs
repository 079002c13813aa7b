using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>What a request says about its signature, in the header or in the query.</summary>
internal sealed class Authorization
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Who signed, for what.</summary>
    internal CredentialScope Scope { get; private init; }

    /// <summary>The names of the headers that are signed, with semicolons in between.</summary>
    internal string SignedHeaders { get; private init; } = "";

    /// <summary>The signature in hexadecimal.</summary>
    internal string Signature { get; private init; } = "";

    /// <summary>When it was signed, as it stands in the request.</summary>
    internal string TimeText { get; private init; } = "";

    /// <summary>When it was signed.</summary>
    internal DateTimeOffset Time { get; private init; }

    /// <summary>How long a signature of the query counts; null for one of the header.</summary>
    internal TimeSpan? Lifetime { get; private init; }

    /// <summary>Whether a request has a signature, or a part of one.</summary>
    internal static bool IsIn(in SignedRequest request) =>
        request.Headers.Authorization.ToString().Length > 0
        || (!request.Query.IsEmpty && IsInQuery(QueryText.Parse(request.Query)));

    /// <summary>Finds the signature.</summary>
    /// <exception cref="ApiException">There is none, there are two, or it is not complete.</exception>
    internal static Authorization Of(in SignedRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var query = request.Query.IsEmpty ? null : QueryText.Parse(request.Query);
        var isInQuery = query is not null && IsInQuery(query);
        if (header.Length > 0 && isInQuery)
        {
            throw new ApiException(
                ErrorType.InvalidSignature,
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
        }

        return header.Length > 0 ? OfHeader(header, request.Headers)
            : isInQuery ? OfQuery(query!)
            : throw new ApiException(ErrorType.MissingToken, "Missing Authentication Token");
    }

    private static bool IsInQuery(List<KeyValuePair<string, string>> query) =>
        query.Exists(static pair => pair.Key == "X-Amz-Algorithm");

    private static Authorization OfHeader(string header, IHeaderDictionary headers)
    {
        string? credential = null;
        string? signed = null;
        string? signature = null;
        foreach (var part in header.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var value = equals < 0 ? "" : part[(equals + 1)..];
            switch (equals < 0 ? part : part[..equals])
            {
                case "Credential":
                    credential = value;
                    break;
                case "SignedHeaders":
                    signed = value;
                    break;
                case "Signature":
                    signature = value;
                    break;
                default:
                    break;
            }
        }

        var time = headers["x-amz-date"].ToString();
        time = time.Length > 0 ? time : headers.Date.ToString();
        var missing = Missing(credential, "Credential") + Missing(signature, "Signature")
            + Missing(signed, "SignedHeaders");
        if (time.Length == 0)
        {
            missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
        }

        return missing.Length > 0
            ? throw Incomplete($"{missing}Authorization={header}")
            : Create(header.Split(' ', 2)[0], credential!, signed!, signature!, time, null);
    }

    private static string Missing(string? value, string name) =>
        string.IsNullOrEmpty(value) ? $"Authorization header requires '{name}' parameter. " : "";

    private static Authorization OfQuery(List<KeyValuePair<string, string>> query)
    {
        var missing = "";
        foreach (var name in (ReadOnlySpan<string>)
            ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"])
        {
            if (Find(query, name).Length == 0)
            {
                missing += $"AWS query-string parameters must include '{name}'. ";
            }
        }

        if (missing.Length > 0)
        {
            throw Incomplete(missing + "Re-examine the query-string parameters.");
        }

        const int LifetimeSecondsMax = 604_800;
        var lifetime = Find(query, "X-Amz-Expires");
        if (!int.TryParse(lifetime.Length == 0 ? "300" : lifetime, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0 or > LifetimeSecondsMax)
        {
            throw Incomplete($"X-Amz-Expires must be between 0 and {LifetimeSecondsMax} seconds. Got '{lifetime}'.");
        }

        return Create(
            Find(query, "X-Amz-Algorithm"), Find(query, "X-Amz-Credential"), Find(query, "X-Amz-SignedHeaders"),
            Find(query, "X-Amz-Signature"), Find(query, "X-Amz-Date"), TimeSpan.FromSeconds(seconds));
    }

    private static string Find(List<KeyValuePair<string, string>> query, string name) =>
        query.Find(pair => pair.Key == name).Value ?? "";

    private static Authorization Create(
        string algorithm, string credential, string signed, string signature, string time, TimeSpan? lifetime)
    {
        if (algorithm != Algorithm)
        {
            throw Incomplete($"Unsupported AWS 'algorithm': '{algorithm}'.");
        }

        if (!CredentialScope.TryParse(credential, out var scope))
        {
            throw Incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                    + $"got '{credential}'");
        }

        if (!DateTimeOffset.TryParseExact(
                time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            && !DateTimeOffset.TryParseExact(
                time, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out signedAt))
        {
            throw Incomplete(
                $"Date must be in ISO-8601 'basic format'. Got '{time}'. See http://en.wikipedia.org/wiki/ISO_8601");
        }

        return new Authorization
        {
            Scope = scope,
            SignedHeaders = signed,
            Signature = signature,
            TimeText = FormatTime(signedAt),
            Time = signedAt,
            Lifetime = lifetime,
        };
    }

    /// <summary>A time as signatures have it.</summary>
    internal static string FormatTime(DateTimeOffset time) =>
        time.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static ApiException Incomplete(string message) => new(ErrorType.IncompleteSignature, message);
}
