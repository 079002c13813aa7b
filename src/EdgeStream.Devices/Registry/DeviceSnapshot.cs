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
    /// <summary>Whether the device is made up.</summary>
    public bool Simulated => Source == DeviceSource.Simulated;
}
