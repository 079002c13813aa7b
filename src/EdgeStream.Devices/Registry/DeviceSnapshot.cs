using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>What the registry knows of one device at one moment.</summary>
/// <param name="Id">The device id, which is the partition key of its records.</param>
/// <param name="Source">How its readings come in.</param>
/// <param name="FirstSeen">When its first reading came, by the gateway's clock.</param>
/// <param name="LastSeen">When its last reading came, by the gateway's clock.</param>
/// <param name="Readings">How many came.</param>
/// <param name="Values">The numbers of its last reading by field path, at most 64.</param>
public sealed record DeviceSnapshot(
    string Id,
    DeviceSource Source,
    Timestamp FirstSeen,
    Timestamp LastSeen,
    long Readings,
    IReadOnlyList<KeyValuePair<string, double>> Values)
{
    private const double MicrosecondsPerSecond = 1_000_000;

    /// <summary>Whether the device is made up.</summary>
    public bool Simulated => Source == DeviceSource.Simulated;

    /// <summary>The mean time between its last 32 readings; 0 where it is not known.</summary>
    public double IntervalMicroseconds { get; init; }

    /// <summary>How far its own clock is ahead of the gateway's, negative where it is behind; null where it states no
    /// times.</summary>
    public long? ClockOffsetMicroseconds { get; init; }

    /// <summary>Whether its own clock is off by more than five seconds.</summary>
    public bool IsClockOff => Math.Abs(ClockOffsetMicroseconds ?? 0) > DeviceClock.ToleranceMicroseconds;

    /// <summary>Messages that did not come, by the device's own counter.</summary>
    public long Missing { get; init; }

    /// <summary>Messages that came more than once, by the device's own counter or its producer's numbers.</summary>
    public long Repeated { get; init; }

    /// <summary>Battery and radio.</summary>
    public DeviceVitals Vitals { get; init; }

    /// <summary>The dialect of its newest reading; empty where there is none.</summary>
    public string Dialect { get; init; } = "";

    /// <summary>The version of its firmware; empty where it does not say.</summary>
    public string Firmware { get; init; } = "";

    /// <summary>The name that people gave it; empty for none.</summary>
    public string Alias { get; init; } = "";

    /// <summary>Readings a second: over its last 32, and less while it is silent for longer than usual.</summary>
    public double RateAt(Timestamp now)
    {
        if (IntervalMicroseconds <= 0)
        {
            return 0;
        }

        var silence = now.UnixMicroseconds - LastSeen.UnixMicroseconds;
        return MicrosecondsPerSecond / Math.Max(IntervalMicroseconds, silence);
    }
}
