using System.Globalization;

namespace EdgeStream.Mqtt;

/// <summary>The broker's figures as topics under <c>$SYS/</c>, by the names that Mosquitto's users know.</summary>
/// <remarks>
/// Values are read when somebody subscribes and, for those who do, at each interval; without a subscriber nothing is
/// allocated, and nothing done but to move the averages of the load on. They are never stored, also not for sessions
/// without a connection (QoS 0), and no client can
/// publish there. Filters that begin with a wildcard don't match them [MQTT-4.7.2-1].
/// </remarks>
internal sealed class SysTopics
{
    private static readonly SysTopic[] All =
    [
        new("version", static _ => "EdgeStream version " + typeof(SysTopics).Assembly.GetName().Version?.ToString(3)),
        new("uptime", static b => Text(b.Clock.UptimeMs / 1000) + " seconds"),
        new("clients/total", static b => Text(b.Statistics.Sessions)),
        new("clients/connected", static b => Text(b.Statistics.Clients)),
        new("clients/active", static b => Text(b.Statistics.Clients)),
        new("clients/disconnected", static b => Text(Away(b))),
        new("clients/inactive", static b => Text(Away(b))),
        new("clients/maximum", static b => Text(b.Statistics.ClientsMax)),
        new("clients/expired", static b => Text(b.Statistics.SessionsExpired)),
        new("connections/socket/count", static b => Text(b.Statistics.Connections)),
        new("messages/received", static b => Text(b.Statistics.PacketsReceived)),
        new("messages/sent", static b => Text(b.Statistics.PacketsSent)),
        new("messages/stored", static b => Text(b.RetainedCount)),
        new("store/messages/count", static b => Text(b.RetainedCount)),
        new("store/messages/bytes", static b => Text(b.Retained.Bytes + b.QueuedBytes)),
        new("publish/messages/received", static b => Text(b.Statistics.PublishesReceived)),
        new("publish/messages/sent", static b => Text(b.Statistics.PublishesSent)),
        new("publish/messages/dropped", static b => Text(b.Statistics.MessagesMissed)),
        new("publish/bytes/received", static b => Text(b.Statistics.PublishBytesReceived)),
        new("publish/bytes/sent", static b => Text(b.Statistics.PublishBytesSent)),
        new("bytes/received", static b => Text(b.Statistics.BytesReceived)),
        new("bytes/sent", static b => Text(b.Statistics.BytesSent)),
        new("subscriptions/count", static b => Text(b.SubscriptionCount)),
        new("shared_subscriptions/count", static b => Text(b.Topics.SharedCount)),
        new("retained messages/count", static b => Text(b.RetainedCount)),
        new("heap/current", static _ => Text(GC.GetTotalMemory(forceFullCollection: false))),
        .. SysLoads.Topics(),
    ];

    private readonly MqttBroker _broker;
    private readonly long _intervalMs;
    private long _dueMs;

    internal SysTopics(MqttBroker broker)
    {
        _broker = broker;
        _intervalMs = (long)broker.Options.SysTopicsInterval.TotalMilliseconds;
    }

    internal SysLoads Loads { get; } = new();

    private bool IsOff => _intervalMs <= 0;

    /// <summary>Whether a topic is one of the server's own, where clients may not publish.</summary>
    internal static bool IsReserved(ReadOnlySpan<byte> topic) =>
        topic.StartsWith("$SYS"u8) && (topic.Length == 4 || topic[4] == Mqtt.Topics.Separator);

    /// <summary>Delivers all to who subscribes when the interval is over. Called once a second.</summary>
    internal void Tick(long uptimeMs)
    {
        if (IsOff || uptimeMs < _dueMs)
        {
            return;
        }

        _dueMs = uptimeMs + _intervalMs;
        Loads.Update(_broker.Statistics, uptimeMs);
        foreach (SysTopic topic in All)
        {
            if (_broker.Topics.HasMatch(topic.Name))
            {
                _broker.DeliverToSubscribers(topic.Read(_broker));
            }
        }
    }

    /// <summary>The values that a new subscription gets at once.</summary>
    internal void AddMatching(ReadOnlySpan<byte> filter, List<ApplicationMessage> found)
    {
        if (IsOff || filter is not [(byte)'$', ..])
        {
            return;
        }

        foreach (SysTopic topic in All)
        {
            if (Mqtt.Topics.Matches(filter, topic.Name))
            {
                found.Add(topic.Read(_broker));
            }
        }
    }

    private static long Away(MqttBroker broker) =>
        Math.Max(0, broker.Statistics.Sessions - broker.Statistics.Clients);

    /// <summary>An average, with the digits that Mosquitto gives it.</summary>
    internal static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
