using System.Globalization;
using EdgeStream.Benchmarks.Measuring;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>The load generator as a process of its own, so that its processor time is not the server's.</summary>
internal static class KinesisLoadCommand
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "kinesis-load";

    private const string CreateTask = "create";
    private const string FillTask = "fill";
    private const int RecordsPerRequest = 500;
    private const int FillConnections = 8;
    private const long FillRecordsMax = 200_000;

    /// <summary>Makes the stream.</summary>
    public static Task CreateAsync(int port) => RunAsync(CreateTask, port, 1, default, default);

    /// <summary>Puts what is then read: at most 200,000 records, or what a time allows.</summary>
    public static Task FillAsync(int port, TimeSpan duration) =>
        RunAsync(FillTask, port, FillConnections, default, duration);

    /// <summary>Runs a scenario.</summary>
    public static Task<KinesisLoadReport> RunAsync(
        KinesisScenario scenario, int port, TimeSpan warmUp, TimeSpan duration) =>
        RunAsync(scenario.Kind.ToString(), port, scenario.Connections, warmUp, duration);

    /// <summary>Runs what the parent asked for.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var task = arguments[0];
        var port = Number(arguments[1]);
        var count = Number(arguments[2]) + (task == nameof(KinesisScenarioKind.Propagation) ? 1 : 0);
        var connections = Enumerable.Range(0, count).Select(number => new KinesisConnection(port, number)).ToList();
        Console.WriteLine(Run(
            task,
            new RequestSigner(port),
            connections,
            TimeSpan.FromMilliseconds(Number(arguments[3])),
            TimeSpan.FromMilliseconds(Number(arguments[4]))));
        connections.ForEach(connection => connection.Dispose());
        return 0;
    }

    private static KinesisLoadReport Run(
        string task, RequestSigner signer, List<KinesisConnection> connections, TimeSpan warmUp, TimeSpan duration)
    {
        var first = connections[0];
        switch (task)
        {
            case CreateTask:
                BenchmarkStream.Create(first, signer);
                return KinesisLoadReport.None;
            case nameof(KinesisScenarioKind.Propagation):
                using (var propagation = new PropagationLoad(signer, first, connections[1]))
                {
                    return propagation.Run(warmUp, duration);
                }

            case nameof(KinesisScenarioKind.PacedPutRecord):
                using (var paced = new PacedLoop(
                    connections,
                    new PutLoad(signer, connections.Count, 1),
                    KinesisScenario.PacedRequestsPerSecond,
                    warmUp,
                    duration))
                {
                    return paced.Run();
                }

            default:
                ILoad load = task switch
                {
                    nameof(KinesisScenarioKind.GetRecords) => new GetLoad(signer, first, connections.Count),
                    nameof(KinesisScenarioKind.PutRecord) => new PutLoad(signer, connections.Count, 1),
                    _ => new PutLoad(signer, connections.Count, RecordsPerRequest),
                };
                using (var loop = new ClosedLoop(connections, load, warmUp, duration))
                {
                    if (task == FillTask)
                    {
                        loop.Run(FillRecordsMax);
                        return KinesisLoadReport.None;
                    }

                    var report = loop.Run();
                    return load is GetLoad get ? report with { Count = report.Count + get.CountBefore } : report;
                }
        }
    }

    private static async Task<KinesisLoadReport> RunAsync(
        string task, int port, int connections, TimeSpan warmUp, TimeSpan duration)
    {
        await using var process = OwnProcess.Start(
            Name, task, Text(port), Text(connections), Text(warmUp), Text(duration));
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(120) + duration);
        return code == 0
            ? KinesisLoadReport.Read(process.Output.ToString())
            : throw new InvalidOperationException($"The load generator failed:\n{process.Output}");
    }

    private static string Text(TimeSpan time) => Text((int)time.TotalMilliseconds);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
