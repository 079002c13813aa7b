using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>A record that a replay is about to append.</summary>
internal sealed record PlannedRecord(byte[] Key, byte[] Data, Timestamp EventTime);
