namespace EdgeStream.Analytics;

/// <summary>How all actions tell of alerts.</summary>
public sealed record ActionOptions
{
    /// <summary>What makes a group: <c>rule</c>, <c>key</c>, <c>severity</c> or names of labels.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = ["rule"];

    /// <summary>How long others of a group are waited for before it is told of; zero to an hour.</summary>
    public TimeSpan GroupWait { get; init; }

    /// <summary>After which time an alert that still fires, unacknowledged, is told of again; zero for never.</summary>
    public TimeSpan Repeat { get; init; }

    /// <summary>When alerts flap.</summary>
    public FlapOptions Flapping { get; init; } = FlapOptions.Default;

    /// <summary>Where notifications go that were given up; null for nowhere.</summary>
    public string? ErrorStream { get; init; }
}
