namespace EdgeStream.Mqtt;

/// <summary>How a <see cref="MqttReconnectingClient"/> does at one moment.</summary>
public sealed record MqttLinkStatus
{
    /// <summary>Whether there is a connection.</summary>
    public required bool IsConnected { get; init; }

    /// <summary>Whether it is connected and the server has granted every subscription, none for less.</summary>
    public required bool IsSubscribed { get; init; }

    /// <summary>Why there is none, or what the server refuses of the subscriptions or grants for less; null when all is
    /// well.</summary>
    public required string? Problem { get; init; }

    /// <summary>When the next attempt comes; null while connected or connecting.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Connections that the server accepted so far.</summary>
    public required long Connections { get; init; }

    /// <summary>Messages received whose acknowledgement has not gone out yet.</summary>
    public required int InFlight { get; init; }
}
