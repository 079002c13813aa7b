namespace EdgeStream.Mqtt;

/// <summary>The broker's time: milliseconds since it was made, which never jump.</summary>
internal sealed class BrokerClock
{
    private readonly TimeProvider _time;
    private readonly long _start;

    internal BrokerClock(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    internal long NowMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;
}
