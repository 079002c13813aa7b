namespace EdgeStream.Mqtt;

/// <summary>A message that is kept: for subscribers, retained, or waiting to be safe. Immutable, shared by all who get
/// it.</summary>
internal sealed class ApplicationMessage
{
    /// <summary>What one message costs beside its bytes, roughly: the object, its arrays' heads, its place in a
    /// queue.</summary>
    private const int OverheadBytes = 128;

    internal required byte[] Topic { get; init; }

    internal required byte[] Payload { get; init; }

    internal MqttQos Qos { get; init; }

    internal bool Retain { get; init; }

    /// <summary>Empty for the host's own messages.</summary>
    internal string PublisherId { get; init; } = "";

    internal byte[] ForwardedProperties { get; init; } = [];

    /// <summary>When a subscriber may no longer get it, on the broker's monotonic clock; null without end.</summary>
    internal long? ExpiresAtMs { get; init; }

    internal int SizeBytes => OverheadBytes + Topic.Length + Payload.Length + ForwardedProperties.Length;

    internal bool IsExpired(long nowMs) => ExpiresAtMs is { } expiresAtMs && nowMs >= expiresAtMs;

    /// <summary>The expiry less the time it waited here [MQTT-3.3.2-6], in whole seconds, at least one.</summary>
    internal uint? RemainingSeconds(long nowMs) =>
        ExpiresAtMs is { } expiresAtMs ? (uint)Math.Max(1, (expiresAtMs - nowMs + 999) / 1000) : null;

    internal static long? ExpiryAt(long nowMs, uint? expirySeconds) =>
        expirySeconds is { } seconds ? nowMs + (seconds * 1000L) : null;
}
