using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>One change of one alert, as it stands in the alerts stream.</summary>
public sealed record Alert
{
    /// <summary>
    /// Names the episode: 32 hexadecimal digits that depend only on rule, stream, shard, key and the first record of
    /// the
    /// episode. Firing and resolved share it.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule's severity.</summary>
    public required RuleSeverity Severity { get; init; }

    /// <summary>Whether the alert still stands.</summary>
    public required AlertState State { get; init; }

    /// <summary>The partition key of the records that raised it.</summary>
    public required string Key { get; init; }

    /// <summary>The field that was watched.</summary>
    public required string Field { get; init; }

    /// <summary>The value that changed the state.</summary>
    public required double Value { get; init; }

    /// <summary>The bound that the value passed.</summary>
    public required double Threshold { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Message { get; init; }

    /// <summary>The rule's labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>When it fired: the arrival time of the record that did it, or the time at which `for:` had
    /// passed.</summary>
    public required Timestamp FiredAt { get; init; }

    /// <summary>When it resolved; null while it fires.</summary>
    public Timestamp? ResolvedAt { get; init; }
}
