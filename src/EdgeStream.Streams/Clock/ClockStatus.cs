namespace EdgeStream.Streams;

/// <summary>What is known of the wall clock.</summary>
public sealed record ClockStatus
{
    /// <summary>Whether the wall clock shows a time that a working clock can show.</summary>
    public bool IsSet { get; init; } = true;

    /// <summary>
    /// Whether it is not set and records are dated on from the latest known time, until it is.
    /// </summary>
    public bool IsAssumed { get; init; }

    /// <summary>How often the clock was set since the store was opened, or found set at its opening.</summary>
    public long StepCount { get; init; }

    /// <summary>How far the newest step went; negative where it went back.</summary>
    public TimeSpan LastStep { get; init; }
}
