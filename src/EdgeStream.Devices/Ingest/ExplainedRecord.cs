using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One record that a message would become.</summary>
/// <param name="Key">The partition key.</param>
/// <param name="Device">The device.</param>
/// <param name="EventTime">The event time; null for the arrival.</param>
/// <param name="TimeQuality"><c>arrival</c>, <c>device</c>, <c>local</c> or <c>replaced</c>.</param>
/// <param name="Readings">How many readings it holds.</param>
/// <param name="Data">The record's data, a JSON object.</param>
public sealed record ExplainedRecord(
    string Key, string Device, Timestamp? EventTime, string TimeQuality, int Readings, string Data);
