using System.Net.Sockets;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Footprint;

/// <summary>How long after exec the gateway acknowledges its first QoS 1 message when it has a lot of log to
/// open.</summary>
/// <param name="LogGiB">How much log there is.</param>
/// <param name="AfterStopMs">The median of starts after a clean stop.</param>
/// <param name="AfterKillMs">The median of starts after <c>kill -9</c> under load.</param>
/// <param name="SlowestMs">The slowest start of both kinds.</param>
internal sealed record FirstPubAck(double LogGiB, double AfterStopMs, double AfterKillMs, double SlowestMs)
{
    private const int Starts = 7;
    private const int QuickStarts = 3;
    private const int MessagesBeforeKill = 3_000;
    private const long LogBytes = 1L << 30;
    private const double BytesPerGiB = 1L << 30;

    private const string Config = QuietGateway.Config + """
        streams:
          - name: readings
            retentionBytes: 4GiB

        """;

    private static readonly TimeSpan ConnectRetry = TimeSpan.FromMilliseconds(1);

    /// <summary>Writes the log, then stops, kills and starts the gateway by turns.</summary>
    public static async Task<FirstPubAck> MeasureAsync(BenchmarkOptions options)
    {
        using var folder = new TemporaryFolder("first-puback");
        var launch = QuietGateway.Launch(folder, Config);
        Console.WriteLine("  writing 1 GiB of log");
        var bytes = await LogFiller.FillAsync(launch.DataFolder, LogBytes);

        var afterStop = new List<double>();
        var afterKill = new List<double>();
        for (var start = 0; start < (options.IsQuick ? QuickStarts : Starts); start++)
        {
            // The first clean start follows a start and a stop of the gateway itself, as in real life.
            await RunAsync(launch, async gateway => await gateway.TerminateAsync());
            afterStop.Add(await TimeToFirstAckAsync(launch));
            await RunAsync(launch, KillUnderLoadAsync);
            afterKill.Add(await TimeToFirstAckAsync(launch));
            Console.WriteLine($"  {start + 1}: {afterStop[^1]:0} ms after a stop, {afterKill[^1]:0} after a kill");
        }

        return new FirstPubAck(
            bytes / BytesPerGiB,
            Statistic.Median(afterStop),
            Statistic.Median(afterKill),
            afterStop.Concat(afterKill).Max());
    }

    private static async Task RunAsync(GatewayLaunch launch, Func<GatewayProcess, Task> use)
    {
        await using var gateway = await GatewayProcess.StartReadyAsync(launch);
        await use(gateway);
    }

    private static async Task KillUnderLoadAsync(GatewayProcess gateway)
    {
        var publisher = new KeyedPublisher(gateway.MqttPort, "before-kill", topicCount: 4, window: 20);
        using var stopping = new CancellationTokenSource();
        var running = Task.Run(() => publisher.RunAsync(stopping.Token));
        await Poll.UntilAsync(() => running.IsFaulted || publisher.AcknowledgedCount >= MessagesBeforeKill);
        gateway.Kill9();
        await stopping.CancelAsync();
        await running;
    }

    /// <summary>Starts the gateway, measures, and leaves it stopped.</summary>
    private static async Task<double> TimeToFirstAckAsync(GatewayLaunch launch)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var gateway = GatewayProcess.Start(launch);
        using var connection = await ConnectAsync(gateway);
        connection.Add(1, isDuplicate: false, "first"u8, """{"value":1}"""u8);
        await connection.FlushAsync();
        await connection.ReceiveAcksAsync(new ushort[1]);
        var elapsedMs = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        await gateway.WaitUntilReadyAsync();
        await CheckLogAsync(gateway);
        await gateway.TerminateAsync();
        return elapsedMs;
    }

    /// <summary>A gateway that had lost the log would be fast too.</summary>
    private static async Task CheckLogAsync(GatewayProcess gateway)
    {
        var stream = await gateway.Api.FindAsync("/api/streams", "streams", "name", "readings");
        if (stream?.GetProperty("bytes").GetInt64() < LogBytes)
        {
            throw new InvalidOperationException($"The gateway does not see the log: {stream}");
        }
    }

    private static async Task<QosOneConnection> ConnectAsync(GatewayProcess gateway)
    {
        while (true)
        {
            try
            {
                return await QosOneConnection.ConnectAsync(gateway.MqttPort, "first", cleanSession: true);
            }
            catch (SocketException) when (!gateway.HasExited)
            {
                await Task.Delay(ConnectRetry);
            }
        }
    }
}
