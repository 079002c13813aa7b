using System.Globalization;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Scale;

/// <summary>The native gateway with very many retained topics and subscriptions: memory, times, and whether all is
/// there.</summary>
internal sealed class MqttScaleArea : IBenchmarkArea
{
    private const int Topics = 1_000_000;
    private const int TopicsQuick = 100_000;
    private const int Subscribers = 100;
    private const int FiltersEach = 1000;
    private const int MessagesPerPing = 500;
    private const int PingsInFlight = 8;
    private const byte RetainFlag = 1;
    private const byte Puback = LoadPackets.Puback;

    /// <inheritdoc/>
    public string Name => "mqtt-scale";

    /// <inheritdoc/>
    public string Subject => "MQTT with 1,000,000 retained topics, and with 100,000 subscriptions: memory and times";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var topics = options.IsQuick ? TopicsQuick : Topics;
        using var folder = new TemporaryFolder("mqtt-scale");
        var config = QuietGateway.Config + $"""
            mqtt:
              retainedMax: {topics}
              retainedBytesMax: 1GiB
            streams:
              - name: readings
                durability: os

            """;
        var launch = QuietGateway.Launch(folder, config);
        var rows = new List<ResultRow>();
        await using (var gateway = await GatewayProcess.StartReadyAsync(launch))
        {
            await RetainAsync(gateway, topics, rows);
            await SubscribeManyAsync(gateway, rows);
            await gateway.TerminateAsync();
        }

        var started = TimeProvider.System.GetTimestamp();
        await using var again = await GatewayProcess.StartReadyAsync(launch);
        rows.Add(new ResultRow($"restart with {Text(topics)} retained topics", Since(started), "s"));
        using var reader = new ScaleClient(again.MqttPort, 0, "restarted");
        Replay(reader, topics);
        rows.Add(ResultRow.Exactly("retained messages after it", reader.Messages, "messages", topics));
        return rows;
    }

    private static async Task RetainAsync(GatewayProcess gateway, int topics, List<ResultRow> rows)
    {
        var count = Text(topics);
        var before = ProcessMemory.Of(gateway.Id);
        var started = TimeProvider.System.GetTimestamp();
        await Task.Run(() => PublishRetained(gateway.MqttPort, topics));
        rows.Add(new ResultRow($"retaining {count} topics of 100 B", topics / Since(started), "messages/s"));
        var after = ProcessMemory.Of(gateway.Id);
        rows.Add(new ResultRow(
            $"memory of {count} retained topics", after.AnonymousMiB - before.AnonymousMiB, "MiB"));
        rows.Add(new ResultRow($"resident with {count} retained topics", after.ResidentMiB, "MiB"));

        using var reader = new ScaleClient(gateway.MqttPort, 0, "reader");
        using var isOver = new CancellationTokenSource();
        var latencies = Task.Run(() => PublishUntil(gateway.MqttPort, isOver.Token));
        started = TimeProvider.System.GetTimestamp();
        var subackSeconds = await Task.Run(() => Replay(reader, topics));
        rows.Add(new ResultRow($"SUBSCRIBE to all {count}: SUBACK", subackSeconds, "s"));
        rows.Add(new ResultRow($"SUBSCRIBE to all {count}: the last message", Since(started), "s"));
        await isOver.CancelAsync();
        var times = await latencies;
        rows.Add(new ResultRow("PUBACK of others meanwhile: p50", Statistic.Percentile(times, 0.5), "ms"));
        rows.Add(new ResultRow("PUBACK of others meanwhile: p99", Statistic.Percentile(times, 0.99), "ms"));
    }

    private static void PublishRetained(int port, int topics)
    {
        using var publisher = new ScaleClient(port, 0, "retainer");
        var pings = 0;
        for (var topic = 0; topic < topics; topic++)
        {
            var packet = LoadPackets.PublishTo(string.Create(CultureInfo.InvariantCulture, $"site/{topic}/state"), 0);
            packet[0] |= RetainFlag;
            publisher.Add(packet);
            if (topic % MessagesPerPing == 0 || topic == topics - 1)
            {
                publisher.Add(LoadPackets.Pingreq);
                publisher.Flush();
                publisher.ReceiveAnswers(LoadPackets.Pingresp, ++pings - PingsInFlight);
            }
        }

        publisher.ReceiveAnswers(LoadPackets.Pingresp, pings);
    }

    /// <summary>Subscribes and receives everything; returns the seconds until SUBACK.</summary>
    private static double Replay(ScaleClient reader, int topics)
    {
        var started = TimeProvider.System.GetTimestamp();
        reader.Add(LoadPackets.Subscribe("site/#"));
        reader.Flush();
        reader.ReceiveAnswers(LoadPackets.Suback, 1);
        var seconds = Since(started);
        reader.ReceiveMessages(topics);
        return seconds;
    }

    /// <summary>One QoS 1 message after the other; the milliseconds until each PUBACK.</summary>
    private static List<double> PublishUntil(int port, CancellationToken isOver)
    {
        using var publisher = new ScaleClient(port, 0, "neighbour");
        var packet = LoadPackets.PublishTo("elsewhere", 1);
        var times = new List<double>();
        do
        {
            var started = TimeProvider.System.GetTimestamp();
            LoadPackets.SetIdentifier(packet, 1);
            publisher.Add(packet);
            publisher.Flush();
            publisher.ReceiveAnswers(Puback, times.Count + 1);
            times.Add(Since(started) * 1000);
        }
        while (!isOver.IsCancellationRequested);
        return times;
    }

    private static async Task SubscribeManyAsync(GatewayProcess gateway, List<ResultRow> rows)
    {
        var before = ProcessMemory.Of(gateway.Id).AnonymousMiB;
        var started = TimeProvider.System.GetTimestamp();
        var subscribers = new List<ScaleClient>();
        for (var number = 0; number < Subscribers; number++)
        {
            var subscriber = new ScaleClient(gateway.MqttPort, number, "many");
            subscribers.Add(subscriber);
            for (var filter = 0; filter < FiltersEach; filter++)
            {
                subscriber.Add(LoadPackets.Subscribe(Filter(number, filter)));
            }

            subscriber.Flush();
            subscriber.ReceiveAnswers(LoadPackets.Suback, FiltersEach);
        }

        var count = Text(Subscribers * FiltersEach);
        rows.Add(new ResultRow(
            $"{count} subscriptions", Subscribers * FiltersEach / Since(started), "subscriptions/s"));
        rows.Add(new ResultRow(
            $"memory of {count} subscriptions", ProcessMemory.Of(gateway.Id).AnonymousMiB - before, "MiB"));
        started = TimeProvider.System.GetTimestamp();
        await Task.Run(() => PublishToAll(gateway.MqttPort));
        subscribers.ForEach(subscriber => subscriber.ReceiveMessages(FiltersEach));
        rows.Add(new ResultRow(
            $"a message for each of {count}", Subscribers * FiltersEach / Since(started), "deliveries/s"));
        rows.Add(ResultRow.Exactly(
            "messages delivered", subscribers.Sum(s => s.Messages), "messages", Subscribers * FiltersEach));
        subscribers.ForEach(subscriber => subscriber.Dispose());
    }

    /// <summary>Together less than the queues may hold of QoS 0, as nobody reads yet.</summary>
    private static void PublishToAll(int port)
    {
        using var publisher = new ScaleClient(port, 0, "sender");
        var pings = 0;
        for (var filter = 0; filter < FiltersEach; filter++)
        {
            for (var number = 0; number < Subscribers; number++)
            {
                publisher.Add(LoadPackets.PublishTo(Filter(number, filter), 0));
            }

            publisher.Add(LoadPackets.Pingreq);
            publisher.Flush();
            publisher.ReceiveAnswers(LoadPackets.Pingresp, ++pings - PingsInFlight);
        }

        publisher.ReceiveAnswers(LoadPackets.Pingresp, pings);
    }

    private static string Filter(int number, int filter) =>
        string.Create(CultureInfo.InvariantCulture, $"device/{number}/value/{filter}");

    private static double Since(long started) => TimeProvider.System.GetElapsedTime(started).TotalSeconds;

    private static string Text(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
