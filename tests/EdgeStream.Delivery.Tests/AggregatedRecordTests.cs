using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

/// <summary>Delivery of records that a producer library has packed together.</summary>
public sealed class AggregatedRecordTests
{
    private const int BufferBytes = 4096;

    [Fact]
    public async Task User_records_have_lines_of_their_own_and_the_records_of_the_log_are_counted()
    {
        await using var stage = await DeliveryStage.OpenAsync();
        await stage.AppendAsync("plain", "{\"value\":0}");
        await stage.AppendAsync("any", Aggregate(3, 1));
        await stage.AppendAsync("plain", "{\"value\":4}");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 3);
        var lines = stage.Destination.Lines();
        Assert.Equal(["plain", "k0", "k1", "k2", "plain"], lines.Select(line => line.Key));
        Assert.Equal([1, 2, 2, 2, 3], lines.Select(line => (int)line.Sequence));
        Assert.Equal(
            [null, 0, 1, 2, null],
            lines.Select(
                line => line.Json.TryGetProperty("subSequence", out var place) ? place.GetInt32() : (int?)null));
        Assert.Equal([0, 1, 1, 1, 4], lines.Select(ValueOf));
        Assert.Equal(0, stage.Status.EvictedRecords);
    }

    [Fact]
    public async Task A_batch_ends_with_a_whole_record_however_many_lines_it_has()
    {
        await using var stage = await DeliveryStage.OpenAsync(
            definition => definition with { BufferBytes = BufferBytes });
        for (var i = 0; i < 6; i++)
        {
            await stage.AppendAsync("any", Aggregate(15, i));
        }

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 6);
        Assert.Equal(6 * 15, stage.Destination.Lines().Count);
        Assert.True(stage.Status.DeliveredObjects > 1);
        await stage.ReopenAsync();
        await stage.StartAsync();
        await stage.AppendAsync("last", "{\"value\":9}");
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 7);
        var lines = stage.Destination.Lines();
        Assert.Equal((6 * 15) + 1, lines.Count);
        Assert.Equal(lines.Select(line => (line.Sequence, line.Key)).Distinct().Count(), lines.Count);
    }

    private static int ValueOf(DeliveredLine line) => line.Json.GetProperty("data").GetProperty("value").GetInt32();

    private static byte[] Aggregate(int count, int value)
    {
        var aggregator = new RecordAggregator();
        for (var i = 0; i < count; i++)
        {
            aggregator.Add($"k{i}", Encoding.UTF8.GetBytes($$"""{"value":{{value}}}"""));
        }

        return aggregator.ToArray();
    }
}
