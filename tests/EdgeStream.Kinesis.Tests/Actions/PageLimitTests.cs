namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>How much a page has at most, whatever was asked for.</summary>
public sealed class PageLimitTests
{
    private const int StreamsMax = 100;

    [Fact]
    public async Task A_page_has_a_hundred_streams_at_most()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        for (var i = 0; i <= StreamsMax; i++)
        {
            await kinesis.MakeStreamAsync(name: $"s{i}");
        }

        var page = await kinesis.OkAsync("ListStreams", """{"Limit":10000}""");
        Assert.Equal(StreamsMax, page.GetProperty("StreamNames").GetArrayLength());
        Assert.True(page.GetProperty("HasMoreStreams").GetBoolean());
        var rest = await kinesis.OkAsync(
            "ListStreams", $$"""{"NextToken":"{{page.GetProperty("NextToken").GetString()}}","Limit":10000}""");
        Assert.Equal(1, rest.GetProperty("StreamNames").GetArrayLength());
        Assert.False(rest.GetProperty("HasMoreStreams").GetBoolean());
    }

    [Fact]
    public async Task A_description_has_a_hundred_shards_at_most_and_a_list_more()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { ShardsMax = 1000 });
        await kinesis.MakeStreamAsync(64);
        foreach (var count in (int[])[32, 64])
        {
            await kinesis.OkAsync(
                "UpdateShardCount",
                $$"""{"StreamName":"s","TargetShardCount":{{count}},"ScalingType":"UNIFORM_SCALING"}""");
        }

        var description = (await kinesis.OkAsync("DescribeStream", """{"StreamName":"s","Limit":10000}"""))
            .GetProperty("StreamDescription");
        Assert.Equal(100, description.GetProperty("Shards").GetArrayLength());
        Assert.True(description.GetProperty("HasMoreShards").GetBoolean());
        var list = await kinesis.OkAsync("ListShards", """{"StreamName":"s","MaxResults":10000}""");
        Assert.Equal(160, list.GetProperty("Shards").GetArrayLength());
    }
}
