using System.Globalization;

namespace EdgeStream.Benchmarks.Reporting;

/// <summary>One measured figure; what does not apply is null.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record ResultRow(string Name, double Value, string Unit)
{
    /// <summary>What it is compared with.</summary>
    public string? Peer { get; init; }

    /// <summary>The peer's figure in the same unit.</summary>
    public double? PeerValue { get; init; }

    /// <summary>The value divided by the peer's.</summary>
    public double? Ratio => PeerValue is { } peer && peer != 0 ? Value / peer : null;

    /// <summary>The goal in words.</summary>
    public string? Goal { get; init; }

    /// <summary>Whether the goal is met; null when there is none.</summary>
    public bool? Met { get; init; }

    /// <summary>A figure that may not be greater than a limit in its unit.</summary>
    public static ResultRow AtMost(string name, double value, string unit, double limit) => new(name, value, unit)
    {
        Goal = string.Create(CultureInfo.InvariantCulture, $"≤ {limit} {unit}"),
        Met = value <= limit,
    };

    /// <summary>A figure that must reach so many times a peer's of the same run.</summary>
    public static ResultRow AtLeast(
        string name, double value, string unit, string peer, double peerValue, double factor) =>
        new ResultRow(name, value, unit)
        {
            Goal = string.Create(CultureInfo.InvariantCulture, $"≥ {factor} × peer"),
            Met = value >= factor * peerValue,
        }.Beside(peer, peerValue);

    /// <summary>A figure that may not exceed so many times a peer's of the same run.</summary>
    public static ResultRow AtMostTimes(
        string name, double value, string unit, string peer, double peerValue, double factor) =>
        new ResultRow(name, value, unit)
        {
            Goal = string.Create(CultureInfo.InvariantCulture, $"≤ {factor} × peer"),
            Met = value <= factor * peerValue,
        }.Beside(peer, peerValue);

    /// <summary>A count that must be one certain number.</summary>
    public static ResultRow Exactly(string name, long value, string unit, long expected) => new(name, value, unit)
    {
        Goal = string.Create(CultureInfo.InvariantCulture, $"{expected}"),
        Met = value == expected,
    };

    /// <summary>The same figure beside a peer's of the same run.</summary>
    public ResultRow Beside(string peer, double peerValue) => this with { Peer = peer, PeerValue = peerValue };
}
