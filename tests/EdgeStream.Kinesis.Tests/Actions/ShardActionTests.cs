using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class ShardActionTests
{
    private const string Split =
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"}""";

    private const string Merge =
        """{"StreamName":"s","ShardToMerge":"shardId-1","AdjacentShardToMerge":"shardId-2"}""";

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

        // The end has an answer of its own: some clients look for it only where there are no records.
        parent = await kinesis.ReadAsync(parent.GetProperty("NextShardIterator").GetString()!);
        Assert.Empty(parent.GetProperty("Records").EnumerateArray());
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
    public async Task A_closed_shard_is_neither_split_nor_merged_again()
    {
        const string Eligible = "has already been merged or split, and thus is not eligible for merging or splitting.";
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync("SplitShard", Split);
        var closed = $"Shard {KinesisUnderTest.FirstShard} in stream s under account 000000000000 {Eligible}";
        Assert.Equal(closed, await kinesis.RefusedAsync("InvalidArgumentException", "SplitShard", Split));
        await kinesis.OkAsync("MergeShards", Merge);
        Assert.EndsWith(
            Eligible, await kinesis.RefusedAsync("InvalidArgumentException", "MergeShards", Merge),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_and_the_last_hash_key_are_not_side_by_side()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(3);
        Assert.Equal(
            "Shards shardId-000000000002 and shardId-000000000000 in stream s under account 000000000000 are not an "
                + "adjacent pair of shards eligible for merging",
            await kinesis.RefusedAsync(
                "InvalidArgumentException",
                "MergeShards",
                """{"StreamName":"s","ShardToMerge":"shardId-2","AdjacentShardToMerge":"shardId-0"}"""));
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

    [Theory]
    [InlineData("shards\n{0}\ns\nAT_TIMESTAMP||\nshardId-000000000000")]
    [InlineData("shards\n{0}\nother\n||\nshardId-000000000000")]
    [InlineData("streams\n{0}\n\n\na")]
    [InlineData("\u0001")]
    [InlineData("")]
    public async Task A_token_that_was_not_given_out_is_refused(string text)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(3);
        var made = Encoding.UTF8.GetBytes(
            string.Format(CultureInfo.InvariantCulture, text, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        var first = await kinesis.OkAsync("ListShards", """{"StreamName":"s","MaxResults":1}""");
        var changed = first.GetProperty("NextToken").GetBytesFromBase64();
        changed[^1] ^= 1;
        foreach (var token in (byte[][])[[.. made, 0], [.. new byte[16], .. made], changed])
        {
            var json = $$"""{"NextToken":"{{Convert.ToBase64String(token)}}"}""";
            foreach (var action in (string[])["ListShards", "ListStreams"])
            {
                Assert.Equal(
                    "NextToken is invalid.", await kinesis.RefusedAsync("InvalidArgumentException", action, json));
            }
        }
    }

    [Fact]
    public async Task A_filter_of_time_lists_the_shards_that_were_there_in_that_millisecond()
    {
        var time = new EdgeStream.Testing.ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        time.Advance(TimeSpan.FromMicroseconds(10_000_700));
        await kinesis.MakeStreamAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await kinesis.OkAsync("SplitShard", Split);
        time.Advance(TimeSpan.FromSeconds(10));
        string[] expected =
            ["AT 9.999:", "AT 10:0", "AT 20:0 1 2", "AT 20.001:1 2", "FROM 20:0 1 2", "FROM 20.001:1 2"];
        foreach (var line in expected)
        {
            var parts = line.Split(' ', 2);
            var seconds = decimal.Parse(parts[1].Split(':')[0], CultureInfo.InvariantCulture) + 1_767_225_600;
            var filter = string.Create(
                CultureInfo.InvariantCulture, $$"""{"Type":"{{parts[0]}}_TIMESTAMP","Timestamp":{{seconds}}}""");
            var shards = await ListAsync(kinesis, filter);
            Assert.Equal(line, line.Split(':')[0] + ":" + string.Join(
                ' ', shards.Select(shard => shard.GetProperty("ShardId").GetString()![^1])));
        }

        Assert.Equal(
            "NextToken and ExclusiveStartShardId cannot be provided together.",
            await kinesis.RefusedAsync(
                "InvalidArgumentException", "ListShards", """{"NextToken":"x","ExclusiveStartShardId":"shardId-0"}"""));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_stream_needs_more_than_dots_for_a_name(string name)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        Assert.Equal(
            $"'{name}' is no name of a stream here: it has dots only.",
            await kinesis.RefusedAsync(
                "InvalidArgumentException", "CreateStream", $$"""{"StreamName":"{{name}}","ShardCount":1}"""));
        await kinesis.RefusedAsync("ResourceNotFoundException", "ListShards", $$"""{"StreamName":"{{name}}"}""");
    }

    private static async Task<JsonElement[]> ListAsync(KinesisUnderTest kinesis, string filter)
    {
        var more = filter == "{}" ? "" : $$""","ShardFilter":{{filter}}""";
        var answer = await kinesis.OkAsync("ListShards", $$"""{"StreamName":"s"{{more}}}""");
        return [.. answer.GetProperty("Shards").EnumerateArray()];
    }
}
