namespace EdgeStream.Mqtt;

/// <summary>Where a <see cref="MqttReconnectingClient"/> connects, to what it subscribes, and how it tries.</summary>
public sealed class MqttReconnectOptions
{
    /// <summary>What stands for it in the log.</summary>
    public required string Name { get; init; }

    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Makes the options of an attempt; they must have the session that is given. Called for each, so that
    /// certificates may change; an exception is a failed attempt.</summary>
    public required Func<MqttClientSession, MqttClientOptions> Connect { get; init; }

    /// <summary>Whether the first connection ends the session that the server still has, perhaps of an earlier
    /// process.</summary>
    /// <remarks>For a client that publishes: under the packet identifiers of QoS 2 messages that an earlier process
    /// left unreleased, the server would take new ones for repeats and drop them. Not for a client that subscribes, as
    /// what waits in the session goes with it. The connections that follow keep the session.</remarks>
    public bool IsFirstStartClean { get; init; }

    /// <summary>To what it subscribes.</summary>
    public IReadOnlyList<MqttTopicSubscription> Subscriptions { get; init; } = [];

    /// <summary>What the server's session is known to be subscribed to; null where nothing is known.</summary>
    public IReadOnlyList<MqttKnownSubscription>? KnownSubscriptions { get; init; }

    /// <summary>Told what the server's session may be subscribed to from then on: before it is changed everything that
    /// was or is asked for, afterwards what is granted. Waited for; a failure ends the connection.</summary>
    public Func<IReadOnlyList<MqttKnownSubscription>, ValueTask>? SubscriptionsChanging { get; init; }

    /// <summary>Publishes under way at most, 1 to 65,535.</summary>
    public int SendMaximum { get; init; } = 1024;

    /// <summary>The first attempt after a failure comes within this.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No attempt comes later than this.</summary>
    public TimeSpan CapDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A connection that lasted this long ends the series of failures before it.</summary>
    public TimeSpan StableTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Spreads the attempts of many.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
