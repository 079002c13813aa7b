using System.Text.Json;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class ShardActionTests
{
    private const string Split =
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"}""";

    [Fact]
    public async Task A_split_shard_is_read_to_its_end_and_names_its_children()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "before");
        await kinesis.OkAsync("SplitShard", Split);
        await kinesis.PutAsync("k", "after");
        var parent = await kinesis.ReadAsync(await kinesis.IteratorAsync());
        Assert.Single(parent.GetProperty("Records").EnumerateArray());
        Assert.False(parent.TryGetProperty("NextShardIterator", out _));
        Assert.Equal(
            ["shardId-000000000001", "shardId-000000000002"],
            parent.GetProperty("ChildShards").EnumerateArray().Select(
                child => child.GetProperty("ShardId").GetString()));
        Assert.Equal(["after"], await kinesis.TextsAsync("shardId-000000000002"));
        var shards = await ListAsync(kinesis, "{}");
        Assert.Equal(3, shards.Length);
        Assert.True(shards[0].GetProperty("SequenceNumberRange").TryGetProperty("EndingSequenceNumber", out _));
        Assert.Equal("shardId-000000000000", shards[1].GetProperty("ParentShardId").GetString());
        Assert.Equal("999", shards[1].GetProperty("HashKeyRange").GetProperty("EndingHashKey").GetString());
    }

    [Fact]
    public async Task Two_shards_are_merged_and_scaled_again()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(2);
        await kinesis.OkAsync(
            "MergeShards",
            """{"StreamName":"s","ShardToMerge":"shardId-0","AdjacentShardToMerge":"shardId-000000000001"}""");
        var child = (await ListAsync(kinesis, """{"Type":"AT_LATEST"}"""))[0];
        Assert.Equal("shardId-000000000001", child.GetProperty("AdjacentParentShardId").GetString());
        var answer = await kinesis.OkAsync(
            "UpdateShardCount", """{"StreamName":"s","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}""");
        Assert.Equal(1, answer.GetProperty("CurrentShardCount").GetInt32());
        Assert.Equal(2, (await ListAsync(kinesis, """{"Type":"AT_LATEST"}""")).Length);
        Assert.Equal(2, (await ListAsync(kinesis, """{"Type":"AT_TRIM_HORIZON"}""")).Length);
        Assert.Equal(5, (await ListAsync(kinesis, """{"Type":"FROM_TRIM_HORIZON"}""")).Length);
        Assert.Equal(2, (await ListAsync(kinesis,
            """{"Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000002"}""")).Length);
    }

    [Theory]
    [InlineData("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1"}""",
        "InvalidArgumentException")]
    [InlineData("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000007","NewStartingHashKey":"9"}""",
        "ResourceNotFoundException")]
    [InlineData("MergeShards",
        """{"StreamName":"s","ShardToMerge":"shardId-000000000000","AdjacentShardToMerge":"shardId-000000000002"}""",
        "InvalidArgumentException")]
    [InlineData("MergeShards",
        """{"StreamName":"s","ShardToMerge":"shardId-000000000000","AdjacentShardToMerge":"shardId-000000000009"}""",
        "ResourceNotFoundException")]
    [InlineData("UpdateShardCount", """{"StreamName":"s","TargetShardCount":7,"ScalingType":"UNIFORM_SCALING"}""",
        "LimitExceededException")]
    [InlineData("UpdateShardCount", """{"StreamName":"s","TargetShardCount":1,"ScalingType":"UNIFORM_SCALING"}""",
        "LimitExceededException")]
    [InlineData("UpdateShardCount", """{"StreamName":"t","TargetShardCount":1,"ScalingType":"UNIFORM_SCALING"}""",
        "ResourceNotFoundException")]
    [InlineData("ListShards", "{}", "InvalidArgumentException")]
    [InlineData("ListShards", """{"StreamName":"s","NextToken":"x"}""", "InvalidArgumentException")]
    [InlineData("ListShards", """{"StreamName":"s","ShardFilter":{"Type":"AT_TIMESTAMP"}}""",
        "InvalidArgumentException")]
    [InlineData("ListShards", """{"StreamName":"t"}""", "ResourceNotFoundException")]
    public async Task What_cannot_be_is_refused(string action, string json, string type)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(3);
        await kinesis.RefusedAsync(type, action, json);
        Assert.Equal(3, kinesis.Store.Streams[0].Shards.Count);
    }

    [Fact]
    public async Task A_closed_shard_is_not_split_again()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("SplitShard", Split);
        await kinesis.RefusedAsync("ResourceInUseException", "SplitShard", Split);
    }

    [Fact]
    public async Task Shards_are_listed_a_page_at_a_time_for_five_minutes()
    {
        var time = new EdgeStream.Testing.ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync(3);
        var first = await kinesis.OkAsync("ListShards", """{"StreamName":"s","MaxResults":2}""");
        var token = first.GetProperty("NextToken").GetString();
        var second = await kinesis.OkAsync("ListShards", $$"""{"NextToken":"{{token}}"}""");
        Assert.Equal("shardId-000000000002", second.GetProperty("Shards")[0].GetProperty("ShardId").GetString());
        time.Advance(TimeSpan.FromSeconds(301));
        await kinesis.RefusedAsync("ExpiredNextTokenException", "ListShards", $$"""{"NextToken":"{{token}}"}""");
    }

    private static async Task<JsonElement[]> ListAsync(KinesisUnderTest kinesis, string filter)
    {
        var more = filter == "{}" ? "" : $$""","ShardFilter":{{filter}}""";
        var answer = await kinesis.OkAsync("ListShards", $$"""{"StreamName":"s"{{more}}}""");
        return [.. answer.GetProperty("Shards").EnumerateArray()];
    }
}
