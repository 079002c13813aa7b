using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Composition;

/// <summary>Continuous queries of the configuration.</summary>
public sealed class QueryTests
{
    private const string Streams = GatewayUnderTest.Quiet + "streams: [{name: hot, segmentSize: 64KiB}]\n";

    private const string Query = """
        queries:
          - name: hot-readings
            sql: |
              SELECT STREAM device, temperature * 2 AS "doubled" FROM readings WHERE temperature > 30
            inputs:
              - stream: readings
                columns: [{name: device, type: VARCHAR(16)}, {name: temperature, type: DOUBLE}]
            outputs: [{stream: hot, key: device}]
        """;

    [Fact]
    public async Task A_query_of_the_configuration_puts_its_rows_into_a_stream()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Streams + Query);
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a","temperature":31.5}}""");
        await gateway.PostAsync("readings", """{"key":"b","data":{"device":"b","temperature":12}}""");
        var row = await RowAsync(gateway, 0);
        Assert.Equal("a", row.GetProperty("key").GetString());
        Assert.Equal("""{"device":"a","doubled":63}""", row.GetProperty("data").GetRawText());
        var query = (await gateway.GetAsync("/api/queries")).GetProperty("queries")[0];
        Assert.Equal("hot-readings", query.GetProperty("name").GetString());
        Assert.Equal("running", query.GetProperty("state").GetString());
        Assert.Equal(1, query.GetProperty("rowsOut").GetInt64());
    }

    [Fact]
    public async Task A_reload_changes_adds_and_removes_queries()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Streams);
        await gateway.ReloadAsync(Streams + Query);
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a","temperature":40}}""");
        await RowAsync(gateway, 0);
        await gateway.ReloadAsync(Streams + Query.Replace("* 2", "* 3", StringComparison.Ordinal));
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a","temperature":50}}""");
        Assert.Equal(150, (await RowAsync(gateway, 1)).GetProperty("data").GetProperty("doubled").GetDouble());
        await gateway.ReloadAsync(Streams);
        Assert.Equal(0, (await gateway.GetAsync("/api/queries")).GetProperty("queries").GetArrayLength());
    }

    [Fact]
    public async Task Statements_that_cannot_be_read_are_refused_with_their_line()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Streams);
        await gateway.ReloadAsync(Streams + Query.Replace("WHERE", "WHERE AND", StringComparison.Ordinal));
        Assert.Contains("The new configuration was refused", gateway.Log);
        Assert.Contains("the query 'hot-readings': ", gateway.Log);
    }

    [Fact]
    public async Task A_query_that_names_what_is_not_there_is_told_in_health_and_keeps_nothing_else_from_running()
    {
        var wrong = Query.Replace("temperature * 2", "temprature * 2", StringComparison.Ordinal);
        await using var gateway = await GatewayUnderTest.StartAsync(Streams + wrong);
        var query = (await gateway.GetAsync("/api/queries")).GetProperty("queries")[0];
        Assert.Equal("failed", query.GetProperty("state").GetString());
        Assert.Contains("query hot-readings", await gateway.Client.GetStringAsync("/health"));
        await gateway.PostAsync("readings", """{"key":"a","data":{"device":"a","temperature":31.5}}""");
    }

    private static async Task<JsonElement> RowAsync(GatewayUnderTest gateway, int index)
    {
        JsonElement rows = default;
        await Poll.UntilAsync(async () =>
        {
            rows = (await gateway.GetAsync("/api/streams/hot/records?from=trim-horizon")).GetProperty("records");
            return rows.GetArrayLength() > index;
        });
        return rows[index].Clone();
    }
}
