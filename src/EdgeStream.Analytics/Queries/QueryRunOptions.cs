using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>What a run of a query is over.</summary>
public sealed record QueryRunOptions
{
    /// <summary>The in-application stream whose rows are wanted; null for what the query gives without a pump, or else
    /// for the only stream that there can be a question of.</summary>
    public string? Stream { get; init; }

    /// <summary>Whether stored records are read, at full speed, and not what comes from now on. A limit in the text
    /// (<c>FROM readings BETWEEN a AND b</c>) says so, too.</summary>
    public bool IsHistory { get; init; }

    /// <summary>With history, the first ROWTIME; null for the oldest record.</summary>
    public Timestamp? From { get; init; }

    /// <summary>With history, the ROWTIME that is not in the span any more; null for the newest record.</summary>
    public Timestamp? To { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
