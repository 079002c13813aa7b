namespace EdgeStream.Devices;

/// <summary>One input line of a source, in the words of the configuration.</summary>
public sealed record GpioInputOptions
{
    /// <summary>What its values are called in the records.</summary>
    public required string Name { get; init; }

    /// <summary>The chip's device.</summary>
    public string Chip { get; init; } = "/dev/gpiochip0";

    /// <summary>The line's number on it.</summary>
    public required int Line { get; init; }

    /// <summary>Whether on is the low level.</summary>
    public bool IsActiveLow { get; init; }

    /// <summary><c>as-is</c>, <c>none</c>, <c>pull-up</c> or <c>pull-down</c>.</summary>
    public string Bias { get; init; } = "as-is";

    /// <summary><c>both</c>, <c>rising</c> or <c>falling</c>: what is seen, and counted.</summary>
    public string Edges { get; init; } = "both";

    /// <summary>How long the level must hold before it counts; zero for not at all. At most one second.</summary>
    public TimeSpan Debounce { get; init; }

    /// <summary><c>edges</c>: a record for each; <c>count</c>: their number since the start of the gateway;
    /// <c>frequency</c>: how many in a second.</summary>
    public string Report { get; init; } = "edges";

    /// <summary>The time between two records of counts and frequencies.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);
}
