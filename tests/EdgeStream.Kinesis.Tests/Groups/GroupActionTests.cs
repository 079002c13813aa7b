using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Groups;

/// <summary>The gateway's own actions on consumer groups: each one's success and each one's errors.</summary>
public sealed class GroupActionTests
{
    private const string Group = "\"StreamName\":\"s\",\"GroupName\":\"g\"";
    private const string First = "\"ShardId\":\"" + KinesisUnderTest.FirstShard + "\"";

    [Fact]
    public async Task A_member_takes_reads_checkpoints_renews_and_releases_a_lease()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        var second = await kinesis.PutAsync("k", "2");
        var acquired = await AcquireAsync(kinesis, "a", ",\"LeaseDurationMillis\":60000");
        Assert.Equal(60_000, acquired.GetProperty("LeaseDurationMillis").GetInt64());
        var lease = Assert.Single(acquired.GetProperty("Leases").EnumerateArray());
        Assert.Equal(1, lease.GetProperty("LeaseCounter").GetInt64());
        Assert.False(lease.GetProperty("HandoverRequested").GetBoolean());
        Assert.InRange(lease.GetProperty("ExpiresInMillis").GetInt64(), 1, 60_000);
        Assert.Equal(["1", "2"], await TextsFromAsync(kinesis, lease));
        await OkAsync(kinesis, "Checkpoint", Of("a", 1, $",\"SequenceNumber\":\"{second}\",\"SubSequenceNumber\":3"));
        var renewed = await OkAsync(
            kinesis, "RenewLeases",
            $$"""{{{Group}},"MemberId":"a","Leases":[{{{First}},"LeaseCounter":1},{{{First}},"LeaseCounter":9}]}""");
        lease = Assert.Single(renewed.GetProperty("Leases").EnumerateArray());
        Assert.Equal(3, lease.GetProperty("SubSequenceNumber").GetInt32());
        Assert.Equal(["2"], await TextsFromAsync(kinesis, lease));
        await OkAsync(kinesis, "Checkpoint", Of("a", 1, $",\"SequenceNumber\":\"{second}\""));
        await OkAsync(kinesis, "ReleaseLease", Of("a", 1));
        lease = (await AcquireAsync(kinesis, "b")).GetProperty("Leases")[0];
        Assert.Equal(2, lease.GetProperty("LeaseCounter").GetInt64());
        Assert.Empty(await TextsFromAsync(kinesis, lease));
    }

    [Fact]
    public async Task Who_has_lost_its_lease_is_told_so()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var sequence = await kinesis.PutAsync("k", "1");
        await AcquireAsync(kinesis, "a");
        time.Advance(TimeSpan.FromSeconds(10));
        await AcquireAsync(kinesis, "b");
        var checkpoint = Of("a", 1, $",\"SequenceNumber\":\"{sequence}\"");
        Assert.Equal(
            $"Member a has not the lease 1 of shard {KinesisUnderTest.FirstShard} in group g: another has it, or "
                + "nobody.",
            await RefusedAsync(kinesis, "LeaseLostException", "Checkpoint", checkpoint));
        await RefusedAsync(kinesis, "LeaseLostException", "ReleaseLease", Of("a", 1));
        var renewed = await OkAsync(
            kinesis, "RenewLeases", $$"""{{{Group}},"MemberId":"a","Leases":[{{{First}},"LeaseCounter":1}]}""");
        Assert.Equal(0, renewed.GetProperty("Leases").GetArrayLength());
    }

    [Fact]
    public async Task The_children_of_a_split_come_when_the_parent_is_done()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        await AcquireAsync(kinesis, "a");
        var end = Of("a", 1, ",\"SequenceNumber\":\"SHARD_END\"");
        await RefusedAsync(kinesis, "InvalidArgumentException", "Checkpoint", end);
        await kinesis.OkAsync("SplitShard", $$"""
            {"StreamName":"s","ShardToSplit":"{{KinesisUnderTest.FirstShard}}","NewStartingHashKey":"9"}
            """);
        Assert.Equal(["WAITING", "WAITING"], (await StatusesAsync(kinesis))[1..]);
        await OkAsync(kinesis, "Checkpoint", end);
        Assert.Equal(["DONE", "FREE", "FREE"], await StatusesAsync(kinesis));
        var leases = (await AcquireAsync(kinesis, "a")).GetProperty("Leases");
        Assert.Equal(2, leases.GetArrayLength());
        Assert.Equal(KinesisUnderTest.FirstShard, leases[0].GetProperty("ParentShardId").GetString());
        Assert.Equal(["DONE", "HELD", "HELD"], await StatusesAsync(kinesis));
    }

    [Fact]
    public async Task Groups_are_described_listed_left_and_deleted()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(2);
        await kinesis.PutAsync("k", "1");
        await AcquireAsync(kinesis, "a", ",\"MaxLeases\":1");
        await AcquireAsync(kinesis, "b");
        var listed = (await OkAsync(kinesis, "ListGroups", "{\"StreamName\":\"s\"}")).GetProperty("Groups");
        var group = Assert.Single(listed.EnumerateArray());
        Assert.Equal(("g", 2, 1), (
            group.GetProperty("GroupName").GetString(), group.GetProperty("MemberCount").GetInt32(),
            group.GetProperty("PendingRecords").GetInt32()));
        await OkAsync(kinesis, "LeaveGroup", $$"""{{{Group}},"MemberId":"b"}""");
        var described = await OkAsync(kinesis, "DescribeGroup", $$"""{{{Group}}}""");
        Assert.Equal("[\"a\"]", described.GetProperty("Members").GetRawText());
        var leases = described.GetProperty("Leases");
        Assert.Equal("a", leases[0].GetProperty("Owner").GetString());
        Assert.False(leases[1].TryGetProperty("Owner", out _));
        Assert.Equal(1, leases.EnumerateArray().Sum(lease => lease.GetProperty("PendingRecords").GetInt32()));
        await OkAsync(kinesis, "DeleteGroup", $$"""{{{Group}}}""");
        foreach (var action in new[] { "DeleteGroup", "DescribeGroup" })
        {
            Assert.Equal(
                "Group g of stream s under account 000000000000 not found.",
                await RefusedAsync(kinesis, "ResourceNotFoundException", action, $$"""{{{Group}}}"""));
        }
    }

    [Fact]
    public async Task A_new_group_begins_where_it_is_told_to()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        time.Advance(TimeSpan.FromMinutes(1));
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await kinesis.PutAsync("k", "2");
        async Task<string[]> From(string group, string position)
        {
            var answer = await OkAsync(kinesis, "AcquireLeases", $$"""
                {"StreamName":"s","GroupName":"{{group}}","MemberId":"a","StartingPosition":{{position}}}
                """);
            return await TextsFromAsync(kinesis, answer.GetProperty("Leases")[0]);
        }

        Assert.Equal(["1", "2"], await From("horizon", """{"Type":"TRIM_HORIZON"}"""));
        Assert.Equal(["2"], await From("time", $$"""{"Type":"AT_TIMESTAMP","Timestamp":{{now}}}"""));
        Assert.Empty(await From("latest", """{"Type":"LATEST"}"""));
        await RefusedAsync(kinesis, "InvalidArgumentException", "AcquireLeases",
            $$"""{{{Group}},"MemberId":"a","StartingPosition":{"Type":"AT_TIMESTAMP"} }""");
        await RefusedAsync(kinesis, "ValidationException", "AcquireLeases",
            $$"""{{{Group}},"MemberId":"a","StartingPosition":{"Type":"AT_SEQUENCE_NUMBER"} }""");
    }

    [Fact]
    public async Task What_is_out_of_range_is_refused_in_the_services_words()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await RefusedAsync(kinesis, "ResourceNotFoundException", "AcquireLeases", $$"""{{{Group}},"MemberId":"a"}""");
        await kinesis.MakeStreamAsync();
        await AcquireAsync(kinesis, "a");
        Assert.Equal(
            "1 validation error detected: Value null at 'memberId' failed to satisfy constraint: Member must not be "
                + "null",
            await RefusedAsync(kinesis, "ValidationException", "AcquireLeases", $$"""{{{Group}}}"""));
        await RefusedAsync(kinesis, "ValidationException", "AcquireLeases",
            $$"""{{{Group}},"MemberId":"a","LeaseDurationMillis":999}""");
        await RefusedAsync(kinesis, "InvalidArgumentException", "AcquireLeases", $$"""{{{Group}},"MemberId":"..."}""");
        foreach (var sequence in new[] { "1", "x", new string('4', 56) })
        {
            await RefusedAsync(kinesis, "InvalidArgumentException", "Checkpoint",
                Of("a", 1, $",\"SequenceNumber\":\"{sequence}\""));
        }

        for (var i = 1; i < Streams.ConsumerGroups.GroupsMax; i++)
        {
            await OkAsync(kinesis, "AcquireLeases",
                $$"""{"StreamName":"s","GroupName":"g{{i}}","MemberId":"a"}""");
        }

        await RefusedAsync(kinesis, "LimitExceededException", "AcquireLeases",
            """{"StreamName":"s","GroupName":"more","MemberId":"a"}""");
    }

    private static Task<JsonElement> AcquireAsync(KinesisUnderTest kinesis, string member, string more = "") =>
        OkAsync(kinesis, "AcquireLeases", $$"""{{{Group}},"MemberId":"{{member}}"{{more}}}""");

    private static Task<JsonElement> OkAsync(KinesisUnderTest kinesis, string action, string json) =>
        kinesis.OkAsync("EdgeStream_20261122." + action, json);

    private static Task<string> RefusedAsync(KinesisUnderTest kinesis, string type, string action, string json) =>
        kinesis.RefusedAsync(type, "EdgeStream_20261122." + action, json);

    private static string Of(string member, long counter, string more = "") =>
        $$"""{{{Group}},"MemberId":"{{member}}",{{First}},"LeaseCounter":{{counter}}{{more}}}""";

    /// <summary>What a lease's member reads: its position goes into GetShardIterator as it is.</summary>
    private static Task<string[]> TextsFromAsync(KinesisUnderTest kinesis, JsonElement lease)
    {
        var position = lease.GetProperty("StartingPosition");
        return kinesis.TextsAsync(
            lease.GetProperty("ShardId").GetString()!,
            $"{position.GetProperty("Type").GetRawText()},\"StartingSequenceNumber\":"
                + position.GetProperty("SequenceNumber").GetRawText());
    }

    private static async Task<string[]> StatusesAsync(KinesisUnderTest kinesis)
    {
        var described = await OkAsync(kinesis, "DescribeGroup", $$"""{{{Group}}}""");
        return
        [
            .. described.GetProperty("Leases").EnumerateArray()
                .Select(lease => lease.GetProperty("LeaseStatus").GetString()!),
        ];
    }
}
