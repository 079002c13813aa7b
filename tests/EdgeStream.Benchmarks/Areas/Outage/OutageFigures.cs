namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>What an outage and its end came to.</summary>
/// <param name="Idle">Memory before.</param>
/// <param name="Coming">The most while records came and the destination was away.</param>
/// <param name="Waiting">With all of them waiting.</param>
/// <param name="Draining">The most while the backlog went out.</param>
/// <param name="ReconnectSeconds">From the moment that the destination listens again until it has a request
/// whole.</param>
/// <param name="FirstLiveSeconds">From there until it has a record that was appended since it listens.</param>
/// <param name="LiveMedianSeconds">From the append of a record to its arrival, while the backlog drained: half took no
/// longer.</param>
/// <param name="LiveMostSeconds">None took longer.</param>
/// <param name="RecordsPerSecond">The backlog's, from that first request to its last record.</param>
/// <param name="Repeats">Records that came more than once.</param>
/// <param name="IsBacklogInOrder">Whether those that had waited came in their order.</param>
internal sealed record OutageFigures(
    OutageMemory Idle, OutageMemory Coming, OutageMemory Waiting, OutageMemory Draining, double ReconnectSeconds,
    double FirstLiveSeconds, double LiveMedianSeconds, double LiveMostSeconds, double RecordsPerSecond, long Repeats,
    bool IsBacklogInOrder);
