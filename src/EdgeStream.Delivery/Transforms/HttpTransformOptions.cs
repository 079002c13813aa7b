namespace EdgeStream.Delivery;

/// <summary>An HTTP endpoint that transforms records by the contract of Firehose's functions.</summary>
public sealed record HttpTransformOptions
{
    /// <summary>Where chunks of records are posted: <c>http</c> or <c>https</c>, without user and
    /// password.</summary>
    public required string Url { get; init; }

    /// <summary>How long an answer may take: 1 to 300 s.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Everything that is missing or out of range.</summary>
    internal IEnumerable<DefinitionError> Validate()
    {
        if (ServerLink.UrlProblem(Url) is { } problem)
        {
            yield return new(nameof(Url), problem);
        }

        if (TimeoutSeconds is < 1 or > ProcessTransformOptions.TimeoutSecondsMax)
        {
            yield return new(nameof(TimeoutSeconds), $"{TimeoutSeconds} is out of range: 1 to "
                + $"{ProcessTransformOptions.TimeoutSecondsMax} seconds are allowed.");
        }
    }
}
