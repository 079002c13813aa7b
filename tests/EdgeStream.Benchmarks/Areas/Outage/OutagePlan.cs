namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>How long an outage is.</summary>
/// <param name="RecordCount">How many records wait in the end.</param>
/// <param name="IdleTime">How long the gateway is left alone before.</param>
/// <param name="OutageTimeMin">How long the destination is away at least: the wait between attempts grows up to a
/// minute.</param>
internal sealed record OutagePlan(int RecordCount, TimeSpan IdleTime, TimeSpan OutageTimeMin)
{
    /// <summary>What the table is made of.</summary>
    public static OutagePlan Whole { get; } = new(1_000_000, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40));

    /// <summary>What ends soon.</summary>
    public static OutagePlan Quick { get; } = new(100_000, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
}
