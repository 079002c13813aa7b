using System.Globalization;
using System.Text;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Ingest;

/// <summary>The load generator: connections that keep a window of QoS 1 messages in flight.</summary>
/// <remarks>The same code for every broker, with plain sockets. A message counts when its acknowledgement came in
/// time.</remarks>
internal static class QosOneLoad
{
    private const int Window = 20;
    private const int PayloadLength = 100;
    private const int MessagesPerSample = 8;

    /// <summary>Publishes for a while and returns what was acknowledged.</summary>
    public static async Task<LoadResult> RunAsync(int port, int publishers, TimeSpan duration)
    {
        var connections = new List<QosOneConnection>();
        try
        {
            for (var number = 0; number < publishers; number++)
            {
                connections.Add(await QosOneConnection.ConnectAsync(port, $"load-{number}", cleanSession: true));
            }

            var started = TimeProvider.System.GetTimestamp();
            var results = await Task.WhenAll(connections.Select(
                (connection, number) => Task.Run(() => PublishAsync(connection, number, duration))));
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            List<double> latenciesMs = [.. results.SelectMany(result => result.LatenciesMs)];
            return new LoadResult(
                results.Sum(result => result.Count) / elapsed.TotalSeconds,
                Statistic.Percentile(latenciesMs, 0.5),
                Statistic.Percentile(latenciesMs, 0.99));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>Every eighth message is timed: enough for a percentile, and no list of millions.</summary>
    private static async Task<(long Count, List<double> LatenciesMs)> PublishAsync(
        QosOneConnection connection, int number, TimeSpan duration)
    {
        var topic = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"load/{number}/state"));
        var payload = Payload(number);
        var sentAt = new long[ushort.MaxValue + 1];
        var acks = new ushort[Window];
        var latenciesMs = new List<double>();
        var count = 0L;
        var inFlight = 0;
        ushort packetId = 0;
        var started = TimeProvider.System.GetTimestamp();
        var isOver = false;
        while (!isOver || inFlight > 0)
        {
            var now = TimeProvider.System.GetTimestamp();
            for (; !isOver && inFlight < Window; inFlight++)
            {
                packetId = (ushort)(packetId == ushort.MaxValue ? 1 : packetId + 1);
                sentAt[packetId] = now;
                connection.Add(packetId, isDuplicate: false, topic, payload);
            }

            await connection.FlushAsync();
            var received = await connection.ReceiveAcksAsync(acks);
            for (var index = 0; index < received; index++)
            {
                if (acks[index] % MessagesPerSample == 0)
                {
                    latenciesMs.Add(TimeProvider.System.GetElapsedTime(sentAt[acks[index]]).TotalMilliseconds);
                }
            }

            inFlight -= received;
            count += received;
            isOver = TimeProvider.System.GetElapsedTime(started) >= duration;
        }

        return (count, latenciesMs);
    }

    private static byte[] Payload(int number)
    {
        var opening = string.Create(
            CultureInfo.InvariantCulture, $$"""{"temperature":21.5,"humidity":48.25,"device":{{number}},"text":" """);
        return Encoding.UTF8.GetBytes(opening.PadRight(PayloadLength - 2, 'x') + "\"}");
    }
}
