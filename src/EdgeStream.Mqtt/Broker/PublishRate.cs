namespace EdgeStream.Mqtt;

/// <summary>How fast one client may publish: after a second's worth at once, it is read as slowly as the bounds
/// say.</summary>
/// <remarks>Not thread-safe: the connection's read loop owns it.</remarks>
internal sealed class PublishRate
{
    private readonly double _messagesPerMs;
    private readonly double _bytesPerMs;
    private double _messages;
    private double _bytes;
    private long _lastMs;

    private PublishRate(int messagesPerSecondMax, long bytesPerSecondMax, long nowMs)
    {
        _messagesPerMs = messagesPerSecondMax / 1000.0;
        _bytesPerMs = bytesPerSecondMax / 1000.0;
        _messages = messagesPerSecondMax;
        _bytes = bytesPerSecondMax;
        _lastMs = nowMs;
    }

    /// <summary>Null where nothing is bounded; a zero is no bound.</summary>
    internal static PublishRate? Create(MqttBrokerOptions options, long nowMs) =>
        options.PublishesPerSecondMax == 0 && options.PublishBytesPerSecondMax == 0
            ? null
            : new PublishRate(options.PublishesPerSecondMax, options.PublishBytesPerSecondMax, nowMs);

    /// <summary>Counts a message that was taken; says how long to wait before the next, in milliseconds.</summary>
    internal long Take(int sizeBytes, long nowMs)
    {
        long elapsedMs = nowMs - _lastMs;
        _lastMs = nowMs;
        double messagesMs = Spend(ref _messages, _messagesPerMs, elapsedMs, 1);
        double bytesMs = Spend(ref _bytes, _bytesPerMs, elapsedMs, sizeBytes);
        return (long)Math.Ceiling(Math.Max(messagesMs, bytesMs));
    }

    private static double Spend(ref double tokens, double perMs, long elapsedMs, int cost)
    {
        if (perMs == 0)
        {
            return 0;
        }

        tokens = Math.Min(perMs * 1000, tokens + (elapsedMs * perMs)) - cost;
        return tokens >= 0 ? 0 : -tokens / perMs;
    }
}
