using System.Globalization;

namespace EdgeStream.Analytics.Tests;

/// <summary>Shards of what a query reads and of what it fills are split and merged while it runs, with kills
/// too.</summary>
public sealed class QueryReshardingTests
{
    private const int Records = 90;

    private static readonly QueryDefinition[] Definitions =
    [
        new()
        {
            Name = "chain",
            Sql = """
                CREATE OR REPLACE STREAM every_one (device VARCHAR(8), v INTEGER);
                CREATE OR REPLACE STREAM windows (n INTEGER, device VARCHAR(8), total INTEGER);
                CREATE OR REPLACE STREAM largest (top INTEGER, devices INTEGER);
                CREATE OR REPLACE PUMP p1 AS INSERT INTO every_one SELECT STREAM "device", "v" FROM "readings";
                CREATE OR REPLACE PUMP p2 AS INSERT INTO windows
                  SELECT STREAM COUNT(*), device, SUM(v) FROM every_one
                  GROUP BY device, STEP(every_one.ROWTIME BY INTERVAL '10' SECOND);
                CREATE OR REPLACE PUMP p3 AS INSERT INTO largest
                  SELECT STREAM MAX(total), COUNT(*) FROM windows
                  GROUP BY STEP(windows.ROWTIME BY INTERVAL '30' SECOND);
                """,
            Outputs =
            [
                new QueryOutput { From = "EVERY_ONE", Stream = "results", KeyColumn = "DEVICE" },
                new QueryOutput { From = "WINDOWS", Stream = "results", KeyColumn = "DEVICE" },
                new QueryOutput { From = "LARGEST", Stream = "results" },
            ],
        },
    ];

    [Theory]
    [InlineData("readings")]
    [InlineData("results")]
    [InlineData("readings", "results")]
    public Task Splits_and_merges_neither_lose_nor_repeat_nor_reorder_a_row(params string[] streams)
    {
        var values = new Dictionary<string, List<string>>();
        return QueryBorders.CompareAsync(
            Definitions,
            async (bench, random, border) =>
            {
                values.Clear();
                for (var count = 0; count < Records; count++)
                {
                    bench.Time.Pass(TimeSpan.FromMilliseconds(random.Next(1, 1500)));
                    var device = "abcdef"[random.Next(6)].ToString();
                    var value = count.ToString(CultureInfo.InvariantCulture);
                    await bench.AppendAsync(device, $$"""{"device":"{{device}}","v":{{value}}}""");
                    values.TryAdd(device, []);
                    values[device].Add(value);
                    if (random.Next(4) == 0)
                    {
                        await border();
                    }

                    if (random.Next(9) == 0)
                    {
                        await ReshardAsync(bench, streams[random.Next(streams.Length)], random.Next(4));
                    }
                }

                bench.Time.Pass(TimeSpan.FromMinutes(5));
                await border();
                await bench.EvaluateAsync();
            },
            rows =>
            {
                var windows = rows.Values("N", "TOTAL").Sum(total => int.Parse(total, CultureInfo.InvariantCulture));
                Assert.Equal(Records * (Records - 1) / 2, windows);
                var ended = rows.Values("TOP", "DEVICES").Sum(n => int.Parse(n, CultureInfo.InvariantCulture));
                Assert.Equal(rows.With("N").Count, ended);
                foreach (var (device, all) in values)
                {
                    Assert.Equal(all, rows.With("DEVICE")
                        .Where(row => row.Contains($"\"{device}\"", StringComparison.Ordinal))
                        .Select(row => row[(row.LastIndexOf(':') + 1)..^1]));
                }
            },
            inputShards: 2,
            outputShards: 2);
    }

    private static async Task ReshardAsync(QueryBench bench, string name, int which)
    {
        Assert.True(bench.Store.TryGet(name, out var stream));
        var shards = stream.OpenShards.OrderBy(shard => shard.StartingHashKey).ToList();
        if (which == 0 && shards.Count > 1)
        {
            await bench.Store.MergeShardsAsync(name, shards[0].Id, shards[1].Id);
            return;
        }

        if (which == 1)
        {
            await bench.Store.UpdateShardCountAsync(name, shards.Count == 2 ? 3 : 2);
            return;
        }

        var shard = shards[which % shards.Count];
        await bench.Store.SplitShardAsync(
            name, shard.Id, shard.StartingHashKey + ((shard.EndingHashKey - shard.StartingHashKey) / 2));
    }
}
