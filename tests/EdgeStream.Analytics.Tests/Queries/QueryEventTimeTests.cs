using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics.Tests;

/// <summary>ROWTIME is the time of the reading: order, lateness and silence, with a kill after every record
/// too.</summary>
public sealed class QueryEventTimeTests
{
    private const int Records = 60;
    private const int LatenessSeconds = 5;

    private static readonly QueryDefinition[] Definitions =
    [
        new()
        {
            Name = "readings",
            Sql = """
                CREATE OR REPLACE STREAM in_order (at TIMESTAMP, v INTEGER, shard VARCHAR(32));
                CREATE OR REPLACE STREAM windows (device VARCHAR(8), n INTEGER, total INTEGER);
                CREATE OR REPLACE PUMP p AS INSERT INTO in_order SELECT STREAM s.ROWTIME, v, SHARD_ID FROM s;
                CREATE OR REPLACE PUMP q AS INSERT INTO windows
                  SELECT STREAM device, COUNT(*), SUM(v) FROM s
                  GROUP BY device, STEP(s.ROWTIME BY INTERVAL '10' SECOND);
                """,
            Inputs =
            [
                new QueryInput
                {
                    Stream = "readings",
                    As = "S",
                    Rowtime = RowtimeOrigin.Event,
                    Lateness = TimeSpan.FromSeconds(LatenessSeconds),
                    IdleTimeout = TimeSpan.FromMinutes(10),
                    Columns =
                    [
                        new QueryInputColumn("DEVICE", new Sql.SqlDataType(Sql.SqlTypeName.VarChar, 8)),
                        new QueryInputColumn("V", new Sql.SqlDataType(Sql.SqlTypeName.Integer)),
                    ],
                },
            ],
            Outputs =
            [
                new QueryOutput { From = "IN_ORDER", Stream = "results" },
                new QueryOutput { From = "WINDOWS", Stream = "results", KeyColumn = "DEVICE" },
                new QueryOutput { From = "ERROR_STREAM", Stream = "results" },
            ],
        },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public Task Rows_are_those_of_a_model_that_puts_readings_in_order_and_refuses_late_ones(int inputShards)
    {
        var model = new ReadingsModel();
        return QueryBorders.CompareAsync(
            Definitions,
            async (bench, random, border) =>
            {
                model = new ReadingsModel();
                for (var count = 0; count < Records; count++)
                {
                    bench.Time.Pass(TimeSpan.FromMilliseconds(random.Next(2000)));
                    var device = "abcdef"[random.Next(6)].ToString();
                    var age = TimeSpan.FromMilliseconds(random.Next(8) == 0 ? random.Next(30_000) : random.Next(4000));
                    var time = Timestamp.From(bench.Time.Now - age);
                    await bench.AppendAsync(device, Data(device, count), time);
                    model.Take(bench.Input.ShardFor(Encoding.UTF8.GetBytes(device)), device, count, time);
                    await border();
                }

                // One shard after the other falls silent, since it is read only when it is waited for. A kill would
                // have their silence begin anew.
                for (var shard = 0; shard <= inputShards; shard++)
                {
                    bench.Time.Pass(TimeSpan.FromHours(1));
                    await bench.EvaluateAsync();
                }

                await border();
            },
            rows =>
            {
                Assert.Equal(model.InOrder(), rows.With("AT"));
                Assert.Equal(model.Windows(), rows.With("DEVICE").Order(StringComparer.Ordinal));
                Assert.Equal(model.Late.Order(), rows.Values("ERROR_TIME", "DATA_ROW").Order());
                Assert.All(rows.Values("ERROR_TIME", "ERROR_NAME"), name => Assert.Equal("LATE_ROW", name));
            },
            inputShards);
    }

    [Fact]
    public Task A_shard_that_falls_silent_holds_the_others_back_until_its_idle_timeout_and_no_longer() =>
        QueryBorders.CompareAsync(
            Definitions,
            async (bench, _, border) =>
            {
                var (quiet, lively) = KeysOfTwoShards(bench);
                await bench.AppendAsync(quiet, Data(quiet, 1), Timestamp.From(bench.Time.Now));
                for (var minute = 0; minute < 9; minute++)
                {
                    bench.Time.Pass(TimeSpan.FromMinutes(1));
                    await bench.AppendAsync(lively, Data(lively, 10 + minute), Timestamp.From(bench.Time.Now));
                    await bench.EvaluateAsync();
                    Assert.Empty(bench.OutputRows());
                }

                bench.Time.Pass(TimeSpan.FromMinutes(2));
                await border();
                Assert.Equal(9, Windows(bench));

                // The other shard was read only now, and its last reading waits for its own silence.
                bench.Time.Pass(TimeSpan.FromMinutes(12));
                await border();
                Assert.Equal(10, Windows(bench));
            },
            rows => Assert.Equal(["1", "10", "11", "12", "13", "14", "15", "16", "17", "18"], rows.Values("AT", "V")),
            inputShards: 2);

    [Fact]
    public async Task What_a_silent_shard_has_of_before_is_too_late()
    {
        await using var bench = await QueryBench.OpenAsync(Definitions);
        await bench.AppendAsync("a", Data("a", 1), Timestamp.From(bench.Time.Now));
        await bench.EvaluateAsync();
        bench.Time.Pass(TimeSpan.FromMinutes(10));
        await bench.EvaluateAsync();
        await bench.AppendAsync("a", Data("a", 2), Timestamp.From(bench.Time.Now - TimeSpan.FromMinutes(9)));
        await bench.AppendAsync("a", Data("a", 3), Timestamp.From(bench.Time.Now));
        await bench.EvaluateAsync();

        var late = Assert.Single(new QueryBorderRows(bench.OutputRows()).With("ERROR_TIME"));
        Assert.Contains("\"ERROR_NAME\":\"LATE_ROW\"", late, StringComparison.Ordinal);
        Assert.Contains("\"ERROR_TIME\":\"2026-11-20 14:39:55.000\"", late, StringComparison.Ordinal);
        Assert.Contains("\"DATA_ROWTIME\":\"2026-11-20 14:31:00.000\"", late, StringComparison.Ordinal);
    }

    [Fact]
    public Task Readings_that_wait_are_those_of_their_shards_after_a_split_and_a_kill() =>
        QueryBorders.CompareAsync(
            Definitions,
            async (bench, _, border) =>
            {
                var before = bench.Input.OpenShards[0].Id;
                await bench.AppendAsync("a", Data("a", 1), Timestamp.From(bench.Time.Now));
                await bench.Store.SplitShardAsync("readings", before, UInt128.MaxValue / 2);
                await border();
                bench.Time.Pass(TimeSpan.FromSeconds(1));
                await bench.AppendAsync("a", Data("a", 2), Timestamp.From(bench.Time.Now));
                await bench.EvaluateAsync();
                await bench.SaveAsync();
                await border();
                bench.Time.Pass(TimeSpan.FromHours(1));
                await border();
                Assert.Equal(
                    [before, bench.Input.ShardFor("a"u8).Id],
                    new QueryBorderRows(bench.OutputRows()).Values("AT", "SHARD"));
            },
            rows => Assert.Equal(["1", "2"], rows.Values("AT", "V")));

    private static int Windows(QueryBench bench) =>
        bench.OutputRows().Count(row => row.Contains("\"TOTAL\"", StringComparison.Ordinal));

    private static string Data(string device, int value) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"device":"{{device}}","v":{{value}}}""");

    private static (string Quiet, string Lively) KeysOfTwoShards(QueryBench bench)
    {
        var keys = Enumerable.Range(0, 26).Select(index => ((char)('a' + index)).ToString())
            .GroupBy(key => bench.Input.ShardFor(Encoding.UTF8.GetBytes(key)).Index)
            .OrderBy(group => group.Key).Select(group => group.First()).ToList();
        return (keys[0], keys[1]);
    }

    /// <summary>Keeps all readings, and says at the end what must have come of them.</summary>
    private sealed class ReadingsModel
    {
        private readonly Dictionary<Shard, long> _newest = [];
        private readonly List<(long Time, Shard Shard, int Order, string Device, int Value)> _taken = [];

        /// <summary>The bytes of the late records, in hexadecimal, as they come.</summary>
        public List<string> Late { get; } = [];

        public void Take(Shard shard, string device, int value, Timestamp time)
        {
            var newest = _newest.GetValueOrDefault(shard, long.MinValue);
            if (newest != long.MinValue && time.UnixMicroseconds < newest - (LatenessSeconds * 1_000_000L))
            {
                Late.Add(Convert.ToHexString(Encoding.UTF8.GetBytes(Data(device, value))));
                return;
            }

            _newest[shard] = Math.Max(newest, time.UnixMicroseconds);
            _taken.Add((time.UnixMicroseconds, shard, _taken.Count, device, value));
        }

        public IEnumerable<string> InOrder() =>
            _taken.OrderBy(item => item.Time).ThenBy(item => item.Shard.Index).ThenBy(item => item.Order)
                .Select(item => $$"""{"AT":"{{TextOf(item.Time)}}","V":{{item.Value}},"SHARD":"{{item.Shard.Id}}"}""");

        public IEnumerable<string> Windows() =>
            _taken.GroupBy(item => (Window: item.Time / 10_000_000, item.Device))
                .Select(group => (group.Key.Device, Count: group.Count(), Total: group.Sum(item => item.Value)))
                .Select(row => $$"""{"DEVICE":"{{row.Device}}","N":{{row.Count}},"TOTAL":{{row.Total}}}""")
                .Order(StringComparer.Ordinal);

        private static string TextOf(long time) =>
            new Timestamp(time).ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
    }
}
