namespace EdgeStream.Devices;

/// <summary>What pipelines that follow one another count together. Thread-safe.</summary>
internal sealed class IngestCounters
{
    private long _accepted;
    private long _deadLettered;
    private long _refused;
    private long _replacedEventTimes;

    /// <summary>The counts now, with what the caller knows of waiting messages.</summary>
    internal IngestStatistics With(long waitingMessages) => new(
        Volatile.Read(ref _accepted),
        Volatile.Read(ref _deadLettered),
        Volatile.Read(ref _refused),
        Volatile.Read(ref _replacedEventTimes),
        waitingMessages);

    internal void AddAccepted() => Interlocked.Increment(ref _accepted);

    internal void AddDeadLettered() => Interlocked.Increment(ref _deadLettered);

    internal void AddRefused() => Interlocked.Increment(ref _refused);

    internal void AddReplacedEventTime() => Interlocked.Increment(ref _replacedEventTimes);
}
