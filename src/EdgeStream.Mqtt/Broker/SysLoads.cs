namespace EdgeStream.Mqtt;

/// <summary>The averages under <c>$SYS/broker/load/</c>.</summary>
internal sealed class SysLoads
{
    private static readonly string[] Names =
    [
        "messages/received", "messages/sent", "publish/received", "publish/sent", "publish/dropped",
        "bytes/received", "bytes/sent", "connections", "sockets",
    ];

    private readonly SysLoad[] _loads =
    [
        new(static s => s.PacketsReceived),
        new(static s => s.PacketsSent),
        new(static s => s.PublishesReceived),
        new(static s => s.PublishesSent),
        new(static s => s.MessagesMissed),
        new(static s => s.BytesReceived),
        new(static s => s.BytesSent),
        new(static s => s.ConnectsReceived),
        new(static s => s.ConnectionsOpened),
    ];

    private long _updatedMs;

    /// <summary>The topics of all averages, for any broker.</summary>
    internal static IEnumerable<SysTopic> Topics()
    {
        for (int load = 0; load < Names.Length; load++)
        {
            for (int period = 0; period < SysLoad.Periods.Length; period++)
            {
                (int thisLoad, int thisPeriod) = (load, period);
                yield return new SysTopic(
                    $"load/{Names[load]}/{SysLoad.Periods[period]}min",
                    broker => SysTopics.Text(broker.SysTopics.Loads._loads[thisLoad][thisPeriod]));
            }
        }
    }

    /// <summary>Takes what was since the last call into the averages.</summary>
    internal void Update(MqttStatistics statistics, long uptimeMs)
    {
        long elapsedMs = uptimeMs - _updatedMs;
        if (elapsedMs <= 0)
        {
            return;
        }

        _updatedMs = uptimeMs;
        foreach (SysLoad load in _loads)
        {
            load.Update(statistics, elapsedMs);
        }
    }
}
