namespace EdgeStream.Delivery;

/// <summary>A process that transforms records, one JSON line each.</summary>
public sealed record ProcessTransformOptions
{
    /// <summary>Longest <see cref="TimeoutSeconds"/>: five minutes, as for Firehose's functions.</summary>
    public const int TimeoutSecondsMax = 300;

    /// <summary>The program and its arguments; it runs as the gateway's user, and beside each shard once.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>How long a chunk of records may take before the process is ended: 1 to 300 s.</summary>
    public int TimeoutSeconds { get; init; } = 60;

    /// <summary>Everything that is missing or out of range.</summary>
    internal IEnumerable<DefinitionError> Validate()
    {
        if (Command.Count == 0 || Command[0].Length == 0)
        {
            yield return new(nameof(Command), "is empty: name the program, then its arguments.");
        }

        if (TimeoutSeconds is < 1 or > TimeoutSecondsMax)
        {
            yield return new(nameof(TimeoutSeconds),
                $"{TimeoutSeconds} is out of range: 1 to {TimeoutSecondsMax} seconds are allowed.");
        }
    }
}
