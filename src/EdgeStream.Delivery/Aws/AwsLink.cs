using Amazon.Runtime;

namespace EdgeStream.Delivery;

/// <summary>Where a service of AWS, or one that speaks like it, is, and with which keys it is asked.</summary>
public sealed record AwsLink
{
    /// <summary>The server's URL, <c>http</c> or <c>https</c>; null for AWS itself, by <see cref="Region"/>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>
    /// The access key's id; null takes the environment's, else the credentials file's, else the machine's role.
    /// </summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The access key's secret; given exactly if <see cref="AccessKeyId"/> is. Shown nowhere.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>The profile of the credentials file; null for <c>AWS_PROFILE</c>, else <c>default</c>.</summary>
    public string? Profile { get; init; }

    /// <summary>How the server is verified, with <c>https</c>; null for the machine's authorities.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>One request ends within this. 1 to 3,600 seconds.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Like the record's own, but without the secret.</summary>
    public override string ToString() => $"{Endpoint ?? "AWS"} in {Region} as {AccessKeyId ?? "(environment)"}";

    /// <summary>Everything that is out of range.</summary>
    internal void Validate(List<DefinitionError> errors)
    {
        if (Endpoint is not null && ServerLink.UrlProblem(Endpoint) is { } problem)
        {
            errors.Add(new(nameof(Endpoint), problem));
        }

        if (Region.Length == 0 || !Region.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'))
        {
            errors.Add(new(nameof(Region), $"'{Region}' is no region, such as us-east-1."));
        }

        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
        {
            errors.Add(new(nameof(SecretAccessKey), "must be given exactly if AccessKeyId is."));
        }

        if (TimeoutSeconds is < 1 or > ServerLink.TimeoutSecondsMax)
        {
            errors.Add(new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {ServerLink.TimeoutSecondsMax} seconds are allowed."));
        }
    }

    /// <summary>The server of a service.</summary>
    internal ServerLink ServerOf(string service) => new()
    {
        Url = Endpoint ?? $"https://{service}.{Region}.amazonaws.com/", Tls = Tls, TimeoutSeconds = TimeoutSeconds,
    };

    /// <summary>Where the keys come from; asks no network.</summary>
    internal AWSCredentials FindCredentials() => AwsCredentials.Find(AccessKeyId, SecretAccessKey, Profile);
}
