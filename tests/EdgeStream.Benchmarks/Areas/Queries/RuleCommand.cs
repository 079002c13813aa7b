using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeStream.Analytics;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>What rules take of a core while readings come at a steady pace, in a process of its own.</summary>
internal static class RuleCommand
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "rules-run";

    private const int RuleCount = 1_000;
    private const int ReadingsPerSecond = 1_000;
    private const int ReadingsPerTurn = 10;
    private const int SensorCount = 100;
    private const int WarmUpSeconds = 5;
    private const double Bound = 60;

    /// <summary>What the gateway's own executable has by its project file: threads that have nothing to do sleep at
    /// once, and memory is tidied up on the way.</summary>
    private static readonly string[] ProductSettings =
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0", "DOTNET_gcConcurrent=0"];

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>The part of a core that a process takes that appends and watches, so many seconds long.</summary>
    public static async Task<double> MeasureAsync(RuleLoad load, int seconds)
    {
        var part = await OwnProcess.RunOnOneCoreAsync(
            Deadline, ProductSettings, [Name, load.ToString(), seconds.ToString(CultureInfo.InvariantCulture)]);
        return double.Parse(part, CultureInfo.InvariantCulture);
    }

    /// <summary>What the child process does.</summary>
    public static async Task<int> RunAsync(string load, string seconds)
    {
        using var folder = new TemporaryFolder("rules");
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Combine("data") });
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", Durability = Durability.OperatingSystem });
        var publisher = new NoPublisher();
        await using var engine = await RuleEngine.StartAsync(
            store, RulesOf(Enum.Parse<RuleLoad>(load)), publisher, NullLogger<RuleEngine>.Instance);
        await AppendAsync(stream, WarmUpSeconds);
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var started = TimeProvider.System.GetTimestamp();
        await AppendAsync(stream, int.Parse(seconds, CultureInfo.InvariantCulture));
        self.Refresh();
        var used = (self.TotalProcessorTime - before) / TimeProvider.System.GetElapsedTime(started);
        if (engine.Failure is { } failure || publisher.Count > 0)
        {
            throw new InvalidOperationException("A rule failed, or fired.", engine.Failure);
        }

        Console.WriteLine(used.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>No value comes near the bounds, as on most days.</summary>
    private static IReadOnlyList<RuleDefinition> RulesOf(RuleLoad load) => load == RuleLoad.None
        ? []
        : [.. Enumerable.Range(0, RuleCount).Select(index => new ThresholdRuleDefinition
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"rule-{index}"),
            Stream = "readings",
            Field = "temperature",
            Above = Bound + (index * 0.01),
            Hysteresis = 1,
            For = TimeSpan.FromSeconds(index % 2 * 10),
            Where = load == RuleLoad.OfOneSensor ? $"PARTITION_KEY = '{NameOf(index % SensorCount)}'" : null,
        })];

    private static async Task AppendAsync(DataStream stream, int seconds)
    {
        var random = new Random(seconds);
        var started = TimeProvider.System.GetTimestamp();
        for (var count = 0; count < seconds * ReadingsPerSecond; count += ReadingsPerTurn)
        {
            for (var index = 0; index < ReadingsPerTurn; index++)
            {
                var name = NameOf(random.Next(SensorCount));
                var data = string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"sensor":"{{name}}","temperature":{{random.Next(1500, 3000) / 100.0}},"humidity":40.5}""");
                stream.TryAppend(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data), null, out _);
            }

            var due = TimeSpan.FromSeconds((double)(count + ReadingsPerTurn) / ReadingsPerSecond);
            var early = due - TimeProvider.System.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }
        }
    }

    private static string NameOf(int sensor) => string.Create(CultureInfo.InvariantCulture, $"sensor-{sensor:d3}");

    private sealed class NoPublisher : IAlertPublisher
    {
        public int Count { get; private set; }

        public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            Count++;
            return ValueTask.CompletedTask;
        }
    }
}
