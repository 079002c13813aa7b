using System.Text;
using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Analytics.Tests;

/// <summary>The engine with its own loops, on a real folder.</summary>
public sealed class QueryEngineTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private StreamStore _store = null!;
    private QueryEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path });
        await _store.CreateOrUpdateAsync(Small("readings"));
        await _store.CreateOrUpdateAsync(Small("results"));
        _engine = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_query_fills_a_stream_from_the_moment_it_is_put()
    {
        await AppendAsync("""{"v":1}""");
        await _engine.PutAsync(Above(5));
        await AppendAsync("""{"v":4}""");
        await AppendAsync("""{"v":6}""");

        Assert.Equal(["""hot {"V":6}"""], await ResultsAsync(1));

        // Its figures follow its rows.
        await Poll.UntilAsync(() => _engine.Queries[0].RowsIn == 2);
        var status = Assert.Single(_engine.Queries);
        Assert.Equal(("hot", "running", 2L, 0L), (status.Name, status.State, status.RowsIn, status.Errors));
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_query_was()
    {
        await _engine.PutAsync(Above(5));
        await AppendAsync("""{"v":6}""");
        await ResultsAsync(1);
        await _engine.DisposeAsync();
        await AppendAsync("""{"v":7}""");

        _engine = await StartAsync(Above(5));

        Assert.Equal(["""hot {"V":6}""", """hot {"V":7}"""], await ResultsAsync(2));
    }

    [Fact]
    public async Task Another_text_begins_anew_and_a_removed_query_stays_away()
    {
        await _engine.PutAsync(Above(5));
        await AppendAsync("""{"v":6}""");
        await ResultsAsync(1);
        await _engine.PutAsync(Above(10));
        await AppendAsync("""{"v":7}""");
        await AppendAsync("""{"v":11}""");
        Assert.Equal(["""hot {"V":6}""", """hot {"V":11}"""], await ResultsAsync(2));

        Assert.True(await _engine.RemoveAsync("hot"));
        Assert.False(await _engine.RemoveAsync("hot"));

        Assert.Empty(_engine.Queries);
        Assert.Empty(_store.State.List("queries/"));
    }

    [Fact]
    public async Task A_wrong_text_changes_nothing_and_a_wrong_one_at_the_start_is_listed()
    {
        await _engine.PutAsync(Above(5));
        await Assert.ThrowsAsync<SqlException>(
            async () => await _engine.PutAsync(Above(5) with { Sql = "SELECT STREAM FROM" }));
        Assert.Equal("running", Assert.Single(_engine.Queries).State);
        await _engine.DisposeAsync();

        _engine = await StartAsync(
            Above(5) with { Sql = "SELECT STREAM x FROM nowhere" }, Above(7) with { Name = "good" });

        Assert.Equal(["running", "failed"], _engine.Queries.Select(query => query.State));
        Assert.Contains("There is no stream NOWHERE", _engine.Queries[1].Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_is_read_once_and_its_windows_close_at_the_end()
    {
        for (var value = 0; value < 10; value++)
        {
            await AppendAsync($$"""{"v":{{value}},"motor":{"rpm":{{value}}.5} }""");
        }

        var rows = new List<string>();
        var result = await QueryHistory.RunAsync(
            _store,
            new QueryDefinition
            {
                Name = "once",
                Sql = "SELECT STREAM COUNT(*) AS n, SUM(v) AS total, MAX(motor.rpm) AS top FROM readings "
                    + "GROUP BY FLOOR(readings.ROWTIME TO YEAR)",
            },
            null, null, null, row => rows.Add($"{row.TextOf(0)} {row.TextOf(1)} {row.TextOf(2)}"));

        Assert.Equal(["10 45 9.5"], rows);
        Assert.Equal((10L, 10L, 0L), (result.Records, result.RowsIn, result.Errors));
        var none = await QueryHistory.RunAsync(
            _store,
            new QueryDefinition
            {
                Name = "none",
                Sql = "SELECT STREAM * FROM readings BETWEEN TIMESTAMP '2001-01-01 00:00:00' "
                    + "AND TIMESTAMP '2001-01-02 00:00:00'",
            },
            null, null, null, _ => Assert.Fail("no row"));
        Assert.Equal(["v", "motor_rpm"], none.Columns.Select(column => column.Name));
        Assert.Equal(0, none.Records);
    }

    [Fact]
    public async Task A_query_whose_memory_is_used_up_stops_and_says_so()
    {
        await _engine.PutAsync(new QueryDefinition
        {
            Name = "greedy",
            Sql = "SELECT STREAM v, COUNT(*) AS n FROM readings GROUP BY v, FLOOR(readings.ROWTIME TO YEAR)",
            MemoryBytesMax = 1000,
        });
        for (var value = 0; value < 20; value++)
        {
            await AppendAsync($$"""{"v":"{{value}}"}""");
        }

        await Poll.UntilAsync(() => _engine.Queries[0].State == "stopped");
        Assert.Contains("may take 1000", _engine.Queries[0].Failure, StringComparison.Ordinal);
    }

    private static StreamDefinition Small(string name) =>
        new() { Name = name, SegmentSizeBytes = 64 << 10, Durability = Durability.OperatingSystem };

    private static QueryDefinition Above(int limit) => new()
    {
        Name = "hot",
        Sql = $"""
            CREATE OR REPLACE STREAM hot (v INTEGER);
            CREATE OR REPLACE PUMP p AS INSERT INTO hot SELECT STREAM v FROM readings WHERE v > {limit};
            """,
        Outputs = [new QueryOutput { From = "HOT", Stream = "results" }],
    };

    private async Task<QueryEngine> StartAsync(params QueryDefinition[] queries) =>
        await QueryEngine.StartAsync(_store, queries, NullLogger<QueryEngine>.Instance);

    private async Task AppendAsync(string data)
    {
        _store.TryGet("readings", out var stream);
        await stream!.AppendAsync("k"u8.ToArray(), Encoding.UTF8.GetBytes(data));
    }

    private async Task<List<string>> ResultsAsync(int count)
    {
        _store.TryGet("results", out var stream);
        using var reader = stream!.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var rows = new List<string>();
        while (rows.Count < count)
        {
            while (reader.TryRead(out var record))
            {
                rows.Add($"{Encoding.UTF8.GetString(record.PartitionKey)} {Encoding.UTF8.GetString(record.Data)}");
            }

            if (rows.Count < count)
            {
                await reader.WaitAsync(deadline.Token);
            }
        }

        return rows;
    }
}
