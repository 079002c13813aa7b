namespace EdgeStream.Delivery;

/// <summary>Where a destination's HTTP server is, and how it is asked.</summary>
public sealed record ServerLink
{
    /// <summary>Largest <see cref="TimeoutSeconds"/>: an hour.</summary>
    public const int TimeoutSecondsMax = 3600;

    /// <summary>The server's URL, <c>http</c> or <c>https</c>, without user and password.</summary>
    public required string Url { get; init; }

    /// <summary>The URL as it is shown: a query may hold a secret.</summary>
    public string Place => Url.Split('?')[0];

    /// <summary>The server's host, and its port where it is not the usual one.</summary>
    public string Server => new Uri(Url).Authority;

    /// <summary>How it is verified, with <c>https</c>; null for the machine's authorities.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>The user for basic authentication; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password. Shown nowhere.</summary>
    public string? Password { get; init; }

    /// <summary>The token that is sent instead of a user; null for none. Shown nowhere.</summary>
    public string? Token { get; init; }

    /// <summary>Headers of each request. Values are shown nowhere.</summary>
    public NamedValues Headers { get; init; } = NamedValues.None;

    /// <summary>Whether request bodies are compressed with gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>One request, connecting, sending and its whole answer included, ends within this. 1 to 3,600
    /// seconds.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Everything that is out of range.</summary>
    internal void Validate(List<DefinitionError> errors)
    {
        if (UrlProblem(Url) is { } problem)
        {
            errors.Add(new(nameof(Url), problem));
        }

        if (UserName is not null && Token is not null)
        {
            errors.Add(new(nameof(Token), "stands beside a user name: give one of them."));
        }

        if (UserName is null != Password is null)
        {
            errors.Add(new(nameof(Password), "and the user name belong together: give both, or none."));
        }

        if (TimeoutSeconds is < 1 or > TimeoutSecondsMax)
        {
            errors.Add(new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {TimeoutSecondsMax} seconds are allowed."));
        }

        foreach (var (name, value) in Headers.Entries)
        {
            if (!IsHeader(name, value))
            {
                errors.Add(new(nameof(Headers), $"has '{name}', which is none that can be sent: a name is letters, "
                    + "digits and '-', a value has no line break, and those that describe the request are set by "
                    + "the gateway."));
            }
        }
    }

    /// <summary>Like the record's own, but without secrets.</summary>
    public override string ToString() => $"{Place} as {UserName ?? (Token is null ? "(nobody)" : "(token)")}";

    /// <summary>What is wrong with a URL; null when nothing is.</summary>
    public static string? UrlProblem(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0 && uri.Host.Length > 0 && uri.Fragment.Length == 0
            ? null : "is not a URL such as https://server.example.org/path, without user and password.";

    private static bool IsHeader(string name, string value)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        foreach (var character in value)
        {
            if (character is < ' ' or > '~')
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 128 && name.ToLowerInvariant() is not ("content-length" or "content-type"
            or "content-encoding" or "host" or "connection" or "transfer-encoding" or "authorization" or "expect"
            or "upgrade" or "te" or "trailer");
    }
}
