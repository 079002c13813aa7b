namespace EdgeStream.Devices;

/// <summary>How the simulated devices report.</summary>
public sealed record SimulatedSourceOptions
{
    /// <summary>The time between two readings of a device, 10 ms to one day.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same seed and the same times give the same readings.</summary>
    public int Seed { get; init; } = 1;
}
