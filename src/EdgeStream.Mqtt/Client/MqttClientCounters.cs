namespace EdgeStream.Mqtt;

/// <summary>What a client has received and sent, over all connections of its session. Thread-safe.</summary>
public sealed class MqttClientCounters
{
    private long _received;
    private long _acknowledged;
    private long _repeated;
    private long _refused;

    /// <summary>PUBLISH packets received.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages of QoS 1 and 2 whose acknowledgement was written.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Messages that came again and were known, so that the host was not given them a second time.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Messages that the host refused.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    internal void AddReceived() => Interlocked.Increment(ref _received);

    internal void AddRepeated() => Interlocked.Increment(ref _repeated);

    internal void AddRefused() => Interlocked.Increment(ref _refused);

    internal void AddAcknowledged(bool isAccepted)
    {
        Interlocked.Increment(ref _acknowledged);
        if (!isAccepted)
        {
            AddRefused();
        }
    }
}
