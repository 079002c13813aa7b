using System.Globalization;
using System.Text;
using EdgeStream.Analytics;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>Readings of 10,000 sensors on 1,000 lines, 1,000 readings a second: as a stream of one shard and one of
/// four in a data folder, and the same JSON a line each in a file; with them a table of the sensors.</summary>
/// <param name="DataFolder">The data folder; the queries <see cref="Continuous"/> and <see cref="Hundred"/> have
/// begun in it before the first reading.</param>
/// <param name="LinesFile">The readings as lines.</param>
/// <param name="SensorsFile">The sensors, as CSV.</param>
/// <param name="Count">How many readings.</param>
internal sealed record ReadingSet(string DataFolder, string LinesFile, string SensorsFile, int Count)
{
    /// <summary>The stream of the readings.</summary>
    public const string StreamName = "readings";

    /// <summary>The same readings in four shards.</summary>
    public const string ShardedName = "readings-sharded";

    /// <summary>How many sensors there are.</summary>
    public const int SensorCount = 10_000;

    /// <summary>How many lines the sensors stand on.</summary>
    public const int LineCount = 1_000;

    private const string DataName = "data";
    private const string LinesName = "readings.jsonl";
    private const string SensorsName = "sensors.csv";
    private const string ResultsName = "results";
    private const int HundredCount = 100;
    private const int SiteCount = 20;
    private const int ShardCount = 4;

    /// <summary>A full minute, so that the windows of everyone begin alike.</summary>
    private const long MinuteMs = 60_000;

    private static readonly string[] States = ["ok", "ok", "ok", "ok", "calibrating", "low battery"];

    /// <summary>The stream as queries read it.</summary>
    public static QueryInput Input => new()
    {
        Stream = StreamName,
        As = "READINGS",
        Columns =
        [
            new QueryInputColumn("SENSOR", Type("VARCHAR(32)"), "$.sensor"),
            new QueryInputColumn("LINE", Type("VARCHAR(32)"), "$.line"),
            new QueryInputColumn("TEMPERATURE", Type("DOUBLE"), "$.temperature"),
            new QueryInputColumn("HUMIDITY", Type("DOUBLE"), "$.humidity"),
        ],
    };

    /// <summary>The tumbling windows as a query that runs on and appends what comes of it.</summary>
    public static QueryDefinition Continuous => new()
    {
        Name = "minutes",
        Sql = QueryScenario.Tumbling.Sql,
        Inputs = [Input],
        Outputs = [new QueryOutput { From = "RESULT", Stream = ResultsName, KeyColumn = "SENSOR" }],
    };

    /// <summary>A hundred filters, each of which lets a part of a thousand pass, and nobody takes the rows.</summary>
    public static IReadOnlyList<QueryDefinition> Hundred =>
    [
        .. Enumerable.Range(0, HundredCount).Select(index => new QueryDefinition
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"filter-{index}"),
            Sql = string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT STREAM sensor, temperature FROM readings WHERE temperature > {30.5 + (index * 0.001)};"),
            Inputs = [Input],
        }),
    ];

    /// <summary>The set that was written into a folder.</summary>
    public static ReadingSet In(string folder, int count) => new(
        Path.Combine(folder, DataName), Path.Combine(folder, LinesName), Path.Combine(folder, SensorsName), count);

    /// <summary>The sensors as a table of queries.</summary>
    public QueryReference Sensors => new()
    {
        Name = "SENSORS",
        Path = SensorsFile,
        Format = InputFormat.Csv,
        HasHeader = true,
        Columns =
        [
            new QueryInputColumn("SENSOR", Type("VARCHAR(32)")),
            new QueryInputColumn("SITE", Type("VARCHAR(32)")),
            new QueryInputColumn("CORRECTION", Type("DOUBLE")),
        ],
    };

    /// <summary>Writes a set; records arrive by a clock that goes with them, a millisecond a reading.</summary>
    public static async Task<ReadingSet> WriteAsync(TemporaryFolder folder, int count, int seed)
    {
        var set = In(folder.Path, count);
        var random = new Random(seed);
        WriteSensors(set.SensorsFile, random);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var time = new PacedTime((now - count) / MinuteMs * MinuteMs);
        var options = new StreamStoreOptions
        {
            Folder = set.DataFolder, Boot = new MachineBoot { Id = Guid.NewGuid().ToString() },
        };
        await using var store = StreamStore.Open(options, time);
        var stream = await store.CreateOrUpdateAsync(Definition(StreamName));
        var sharded = await store.CreateOrUpdateAsync(Definition(ShardedName) with { ShardCount = ShardCount });
        await store.CreateOrUpdateAsync(Definition(ResultsName));
        await using (await QueryEngine.StartAsync(
            store, [Continuous, .. Hundred], NullLogger<QueryEngine>.Instance, timeProvider: time))
        {
        }

        await using var lines = File.Create(set.LinesFile);
        for (var index = 0; index < count; index++)
        {
            time.UnixMs++;
            var sensor = random.Next(SensorCount);
            var key = Encoding.UTF8.GetBytes(NameOf(sensor));
            var data = Encoding.UTF8.GetBytes(ReadingOf(sensor, time.UnixMs, random));
            await AppendAsync(stream, key, data, time.UnixMs);
            await AppendAsync(sharded, key, data, time.UnixMs);
            lines.Write(data);
            lines.Write("\n"u8);
        }

        return set;
    }

    private static async ValueTask AppendAsync(DataStream stream, byte[] key, byte[] data, long unixMs)
    {
        AppendStatus status;
        var eventTime = Timestamp.FromUnixMilliseconds(unixMs);
        while ((status = stream.TryAppend(key, data, eventTime, out _)) == AppendStatus.Busy)
        {
            await stream.WaitForRoomAsync(key);
        }

        if (status != AppendStatus.Accepted)
        {
            throw stream.Refusal(status, data.Length);
        }
    }

    private static StreamDefinition Definition(string name) => new()
    {
        Name = name,
        Durability = Durability.OperatingSystem,
        RetentionAge = TimeSpan.FromDays(365),
        RetentionBytes = 8L << 30,
    };

    private static Sql.SqlDataType Type(string text) => Sql.SqlDataType.TryParse(text, out var type)
        ? type
        : throw new ArgumentException($"{text} is no type.", nameof(text));

    private static string NameOf(int sensor) => string.Create(CultureInfo.InvariantCulture, $"sensor-{sensor:d5}");

    private static string ReadingOf(int sensor, long time, Random random)
    {
        var temperature = 15 + (random.NextDouble() * 15) + (sensor % 7 * 0.1);
        var humidity = 30 + (random.NextDouble() * 40);
        var state = States[random.Next(States.Length)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"sensor":"{{NameOf(sensor)}}","line":"line-{{sensor % LineCount}}","time":{{time}},""")
            + string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                "temperature":{{temperature:0.00}},"humidity":{{humidity:0.0}},"state":"{{state}}"}
                """);
    }

    private static void WriteSensors(string path, Random random)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("sensor,site,correction");
        for (var sensor = 0; sensor < SensorCount; sensor++)
        {
            var correction = random.Next(-50, 50) / 100.0;
            file.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{NameOf(sensor)},site-{sensor % SiteCount},{correction}"));
        }
    }
}
