namespace EdgeStream.Devices;

/// <summary>What would become of a message.</summary>
public sealed record Explanation
{
    /// <summary>The index of the route that takes it; null when none does.</summary>
    public int? Route { get; init; }

    /// <summary>How many routes there are.</summary>
    public required int RouteCount { get; init; }

    /// <summary>The route; null when none takes it.</summary>
    public RouteDefinition? Definition { get; init; }

    /// <summary>The levels of the topic that the route captures, by their names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Captures { get; init; } = [];

    /// <summary>Indexes of later routes whose topics match as well, and that don't get it.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [];

    /// <summary>The records that it becomes; empty when it goes to the dead letters.</summary>
    public IReadOnlyList<ExplainedRecord> Records { get; init; } = [];

    /// <summary>Why it goes to the dead letters, a whole sentence; null when it does not.</summary>
    public string? Problem { get; init; }
}
