namespace EdgeStream.Benchmarks.Areas.Segments;

/// <summary>What commits into one segment cost.</summary>
/// <param name="MedianMs">The median time of a sync.</param>
/// <param name="P99Ms">The time that 99 of 100 syncs stay below.</param>
/// <param name="DeviceBytesPerCommit">Bytes that reached the device for each commit, the journal's among them.</param>
/// <param name="WritesPerCommit">Write requests to the device for each commit.</param>
/// <param name="FlushesPerCommit">Requests to empty the device's cache for each commit.</param>
/// <param name="PreparedPerByte">Bytes that reached the device to make the segment ready, per byte of segment.</param>
internal readonly record struct SyncCost(
    double MedianMs,
    double P99Ms,
    double DeviceBytesPerCommit,
    double WritesPerCommit,
    double FlushesPerCommit,
    double PreparedPerByte);
