namespace EdgeStream.Devices;

/// <summary>How the board reports itself.</summary>
public sealed record BoardSourceOptions
{
    /// <summary>The device id and partition key; the host name unless set.</summary>
    public string DeviceId { get; init; } = Environment.MachineName;

    /// <summary>The time between two samples, 10 ms to one day.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(5);
}
