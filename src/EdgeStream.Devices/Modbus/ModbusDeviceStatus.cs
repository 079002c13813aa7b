using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>How a Modbus device does at one moment.</summary>
/// <param name="Name">The device.</param>
/// <param name="Readings">How often it was read.</param>
/// <param name="Failures">How often it could not be.</param>
/// <param name="LastReading">When it was read last; null for never.</param>
/// <param name="IsStale">Whether it has given nothing for three periods.</param>
/// <param name="Problem">Why it could not be read, a whole sentence; null while it can.</param>
public sealed record ModbusDeviceStatus(
    string Name, long Readings, long Failures, Timestamp? LastReading, bool IsStale, string? Problem);
