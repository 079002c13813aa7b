namespace EdgeStream.Mqtt;

/// <summary>What one session may hold for its client.</summary>
/// <param name="QueuedMessagesMax">Messages that wait to be sent.</param>
/// <param name="QueuedBytesMax">Their bytes.</param>
/// <param name="RetainedMessagesMax">Retained messages that may wait beside them, as a wildcard can match very
/// many.</param>
/// <param name="QueuedBytes">What all sessions share: the bytes of messages that wait or are not
/// acknowledged.</param>
/// <param name="Journal">Where changes of persistent sessions go.</param>
/// <param name="Clock">The broker's clock.</param>
/// <param name="Statistics">Counts what is dropped.</param>
internal sealed record SessionLimits(
    int QueuedMessagesMax,
    long QueuedBytesMax,
    int RetainedMessagesMax,
    ByteBudget QueuedBytes,
    StateJournal Journal,
    BrokerClock Clock,
    MqttStatistics Statistics)
{
    /// <summary>The bytes of retained messages that may wait.</summary>
    internal long RetainedBytesMax { get; init; } = long.MaxValue;

    /// <summary>The largest message that the state can keep.</summary>
    internal int KeptMessageSizeBytesMax { get; init; } = int.MaxValue;

    /// <summary>Counts what clients may not receive.</summary>
    internal MqttRefusals? Refusals { get; init; }

    internal void AddReceiveRefused() => Refusals?.Add(MqttRefusal.Receive);
}
