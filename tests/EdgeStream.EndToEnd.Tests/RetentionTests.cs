using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A stream keeps what its retention says, evicts the oldest and accounts for every record.</summary>
public sealed class RetentionTests
{
    private const int RecordCount = 4_000;
    private const long RetentionBytes = 256 << 10;

    private const string Config = $"""
        {QuietConfig.Text}
        streams:
          - name: small
            retentionBytes: 256KiB
            segmentSize: 64KiB
        """;

    [Fact]
    public async Task The_oldest_records_go_and_every_record_is_accounted_for()
    {
        await using var world = await GatewayWorld.StartAsync("retention", Config);
        for (var first = 0; first < RecordCount; first += 500)
        {
            var records = string.Join(',', Enumerable.Range(first, 500).Select(
                number => $$$"""{"key":"pump","data":{"n":{{{number}}},"text":"{{{new string('x', 200)}}}"}}"""));
            await world.Api.PostAsync("/api/streams/small/records", $$"""{"records":[{{records}}]}""");
        }

        JsonElement stream = default;
        await Poll.UntilAsync(
            async () =>
            {
                stream = (await world.Api.FindAsync("/api/streams", "streams", "name", "small"))!.Value;
                return stream.GetProperty("bytes").GetInt64() <= RetentionBytes;
            },
            TimeSpan.FromSeconds(90),
            () => stream.ToString());

        var evicted = stream.GetProperty("evictedRecords").GetInt64();
        Assert.True(evicted > 0);
        Assert.Equal(RecordCount, stream.GetProperty("appendedRecords").GetInt64());
        Assert.Equal(0, stream.GetProperty("lostRecords").GetInt64());
        Assert.Equal(RecordCount, evicted + stream.GetProperty("records").GetInt64());
        var kept = await world.Api.ReadAllAsync("small");
        Assert.Equal(evicted + 1, kept[0].Sequence);
        Assert.Equal(
            Enumerable.Range((int)evicted, RecordCount - (int)evicted),
            kept.Select(record => record.Data.GetProperty("n").GetInt32()));
    }
}
