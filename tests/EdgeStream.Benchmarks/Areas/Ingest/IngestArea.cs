using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Ingest;

/// <summary>QoS 1 messages per second, each on disk before its PUBACK, beside a broker that stores nothing.</summary>
internal sealed class IngestArea : IBenchmarkArea
{
    private const int Trials = 5;
    private const int QuickTrials = 3;
    private const string Peer = "Mosquitto without persistence";

    private static readonly int[] PublisherCounts = [1, 10, 100];

    /// <inheritdoc/>
    public string Name => "ingest";

    /// <inheritdoc/>
    public string Subject => "MQTT QoS 1, 100 B, 20 in flight, with fsync, beside Mosquitto without persistence";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        using var folder = new TemporaryFolder("ingest");
        var launch = QuietGateway.Launch(folder, QuietGateway.Config);
        await using var gateway = await GatewayProcess.StartReadyAsync(launch);
        await using var mosquitto = await MosquittoBroker.StartAsync(folder);
        var rows = new List<ResultRow>();
        foreach (var publishers in PublisherCounts)
        {
            var duration = TimeSpan.FromSeconds(options.IsQuick ? 1.5 : 4);
            var own = new List<LoadResult>();
            var peer = new List<LoadResult>();
            for (var trial = 0; trial < (options.IsQuick ? QuickTrials : Trials); trial++)
            {
                own.Add(await QosOneLoad.RunAsync(gateway.MqttPort, publishers, duration));
                peer.Add(await QosOneLoad.RunAsync(mosquitto.Port, publishers, duration));
                Console.WriteLine($"  {publishers} publishers: {own[^1].Rate:#,0}/s, {Peer} {peer[^1].Rate:#,0}/s");
            }

            rows.Add(Row(publishers, "messages/s", "messages/s", own, peer, result => result.Rate));
            rows.Add(Row(publishers, "PUBACK p50", "ms", own, peer, result => result.P50Ms));
            rows.Add(Row(publishers, "PUBACK p99", "ms", own, peer, result => result.P99Ms));
        }

        return rows;
    }

    private static ResultRow Row(
        int publishers,
        string name,
        string unit,
        List<LoadResult> own,
        List<LoadResult> peer,
        Func<LoadResult, double> figure) =>
        new ResultRow($"{publishers} publishers, {name}", Statistic.Median([.. own.Select(figure)]), unit)
            .Beside(Peer, Statistic.Median([.. peer.Select(figure)]));
}
