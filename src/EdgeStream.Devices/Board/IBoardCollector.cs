namespace EdgeStream.Devices;

/// <summary>Reads one group of the board's values.</summary>
/// <remarks>Nothing that fails inside leaves a collector: it adds no field instead. Not thread-safe.</remarks>
internal interface IBoardCollector
{
    /// <summary>Looks which files there are; called before the first sample and every so often.</summary>
    void Rescan();

    /// <summary>Adds the fields that can be read now.</summary>
    /// <param name="now">A monotonic time, for rates.</param>
    /// <param name="fields">Takes the fields.</param>
    void Sample(TimeSpan now, BoardFields fields);
}
