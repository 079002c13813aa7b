using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Actions;

public sealed class RecordActionTests
{
    [Fact]
    public async Task Records_are_read_as_they_were_put()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var first = await kinesis.PutAsync("k", "one");
        var answer = await kinesis.OkAsync(
            "PutRecords",
            """{"StreamName":"s","Records":[{"PartitionKey":"k","Data":"dHdv"},{"PartitionKey":"\"ü","Data":""}]}""");
        Assert.Equal(0, answer.GetProperty("FailedRecordCount").GetInt32());
        var read = await kinesis.ReadAsync(await kinesis.IteratorAsync());
        var records = read.GetProperty("Records").EnumerateArray().ToArray();
        Assert.Equal(["one", "two", ""], await kinesis.TextsAsync());
        Assert.Equal(["k", "k", "\"ü"], records.Select(record => record.GetProperty("PartitionKey").GetString()));
        Assert.Equal(first, records[0].GetProperty("SequenceNumber").GetString());
        Assert.Equal(
            answer.GetProperty("Records").EnumerateArray().Select(Sequence), records.Skip(1).Select(Sequence));
        Assert.Equal(0, read.GetProperty("MillisBehindLatest").GetInt64());
    }

    [Fact]
    public async Task Every_record_has_its_own_number_and_time()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var numbers = new List<string>();
        var times = new List<double>();
        for (var count = 0; count < 30; count++)
        {
            if (count is 12 or 13 or 25)
            {
                time.Advance(TimeSpan.FromMilliseconds(250));
            }

            numbers.Add(await kinesis.PutAsync("k", "x"));
            times.Add(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        }

        var read = await kinesis.ReadAsync(await kinesis.IteratorAsync());
        var records = read.GetProperty("Records").EnumerateArray().ToArray();
        Assert.Equal(numbers, records.Select(Sequence));
        Assert.Equal(
            times, records.Select(record => record.GetProperty("ApproximateArrivalTimestamp").GetDouble()));
    }

    [Fact]
    public async Task Reading_goes_on_where_it_ended()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        await kinesis.PutAsync("k", "2");
        var first = await kinesis.ReadAsync(await kinesis.IteratorAsync(), limit: 1);
        Assert.Single(first.GetProperty("Records").EnumerateArray());
        var second = await kinesis.ReadAsync(first.GetProperty("NextShardIterator").GetString()!);
        Assert.Single(second.GetProperty("Records").EnumerateArray());
        var again = await kinesis.ReadAsync(first.GetProperty("NextShardIterator").GetString()!);
        Assert.Equal(second.GetProperty("Records").GetRawText(), again.GetProperty("Records").GetRawText());
        var last = second.GetProperty("NextShardIterator").GetString()!;
        Assert.Empty((await kinesis.ReadAsync(last)).GetProperty("Records").EnumerateArray());
        await kinesis.PutAsync("k", "3");
        Assert.Single((await kinesis.ReadAsync(last)).GetProperty("Records").EnumerateArray());
    }

    [Fact]
    public async Task Every_type_of_iterator_begins_where_it_says()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        await kinesis.PutAsync("k", "1");
        time.Advance(TimeSpan.FromSeconds(10));
        var second = await kinesis.PutAsync("k", "2");
        var latest = await kinesis.IteratorAsync(more: "\"LATEST\"");
        await kinesis.PutAsync("k", "3");
        Assert.Equal(["2", "3"], await kinesis.TextsAsync(
            from: $"\"AT_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"{second}\""));
        Assert.Equal(["3"], await kinesis.TextsAsync(
            from: $"\"AFTER_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"{second}\""));
        var at = time.GetUtcNow().AddSeconds(-5).ToUnixTimeSeconds();
        Assert.Equal(["2", "3"], await kinesis.TextsAsync(from: $"\"AT_TIMESTAMP\",\"Timestamp\":{at}"));
        time.Advance(TimeSpan.FromSeconds(1));
        var read = await kinesis.ReadAsync(latest);
        Assert.Single(read.GetProperty("Records").EnumerateArray());
        time.Advance(TimeSpan.FromMinutes(6));
        var message = await kinesis.RefusedAsync(
            "ExpiredIteratorException", "GetRecords", $$"""{"ShardIterator":"{{latest}}"}""");
        Assert.StartsWith("Iterator expired. ", message);
    }

    [Theory]
    [InlineData("\"AT_SEQUENCE_NUMBER\"", "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
        + "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
        + "AT_SEQUENCE_NUMBER and no StartingSequenceNumber.")]
    [InlineData("\"LATEST\",\"StartingSequenceNumber\":\"1\"", "Must either specify (1) AT_SEQUENCE_NUMBER or "
        + "AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no "
            + "StartingSequenceNumber. "
        + "Request specified LATEST and also a StartingSequenceNumber.")]
    [InlineData("\"AT_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"1\"", "StartingSequenceNumber 1 used in "
        + "GetShardIterator "
        + "on shard shardId-000000000000 in stream s under account 000000000000 is invalid.")]
    [InlineData("\"AT_TIMESTAMP\"", "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. "
        + "Current "
        + "request has no timestamp parameter.")]
    public async Task An_iterator_that_means_nothing_is_refused(string more, string message)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        Assert.Equal(message, await kinesis.RefusedAsync(
            "InvalidArgumentException",
            "GetShardIterator",
            $$"""{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":{{more}}}"""));
    }

    [Theory]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-9","ShardIteratorType":"LATEST"}""",
        "ResourceNotFoundException", "Shard shardId-000000000009 in stream s under account 000000000000 does not "
            + "exist")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"x","ShardIteratorType":"LATEST"}""",
        "ResourceNotFoundException", "Could not find shard x in stream s under account 000000000000.")]
    [InlineData("GetRecords", """{"ShardIterator":"abc"}""", "InvalidArgumentException", "Invalid ShardIterator.")]
    [InlineData("PutRecord", """{"StreamName":"none","PartitionKey":"k","Data":""}""",
        "ResourceNotFoundException", "Stream none under account 000000000000 not found.")]
    [InlineData("PutRecord",
        "{\"StreamName\":\"s\",\"PartitionKey\":\"k\",\"Data\":\"\","
            + "\"ExplicitHashKey\":\"340282366920938463463374607431768211456\"}",
        "InvalidArgumentException", "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            + "Specified "
            + "value was 340282366920938463463374607431768211456")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"5"}""",
        "InvalidArgumentException", "ExclusiveMinimumSequenceNumber 5 used in PutRecord on stream s under account "
            + "000000000000 is invalid.")]
    public async Task What_is_not_there_is_told(string action, string json, string type, string message)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        Assert.Equal(message, await kinesis.RefusedAsync(type, action, json));
    }

    [Fact]
    public async Task A_named_hash_key_decides_about_the_shard_and_numbers_rise()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync(2);
        var last = "0";
        foreach (var (hashKey, shard) in new[] { ("0", 0), ("340282366920938463463374607431768211455", 1) })
        {
            var answer = await kinesis.OkAsync(
                "PutRecord",
                $$"""{"StreamName":"s","PartitionKey":"k","Data":"","ExplicitHashKey":"{{hashKey}}"}""");
            Assert.Equal($"shardId-{shard:D12}", answer.GetProperty("ShardId").GetString());
            last = answer.GetProperty("SequenceNumber").GetString()!;
        }

        var next = await kinesis.OkAsync(
            "PutRecord",
            $$"""{"StreamName":"s","PartitionKey":"k","Data":"","ExplicitHashKey":"{{UInt128.MaxValue}}","""
                + $"\"SequenceNumberForOrdering\":\"{last}\"}}");
        Assert.True(string.CompareOrdinal(next.GetProperty("SequenceNumber").GetString(), last) > 0);
    }

    [Fact]
    public async Task A_number_of_a_shard_that_never_was_is_none_to_order_by()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var number = await kinesis.PutAsync("k", "1");
        var other = $"{number[..15]}0000000007{number[25..]}";
        var request = $$"""
            {"StreamName":"s","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"{{other}}"}
            """;
        await kinesis.RefusedAsync("InvalidArgumentException", "PutRecord", request);
    }

    [Fact]
    public async Task A_provisioned_shard_is_throttled_record_by_record()
    {
        var time = new ManualTimeProvider();
        await using var kinesis = await KinesisUnderTest.StartAsync(time);
        await kinesis.MakeStreamAsync();
        var data = Convert.ToBase64String(new byte[600_000]);
        var batch = string.Join(',', Enumerable.Repeat($$"""{"PartitionKey":"k","Data":"{{data}}"}""", 2));
        var answer = await kinesis.OkAsync("PutRecords", $$"""{"StreamName":"s","Records":[{{batch}}]}""");
        Assert.Equal(1, answer.GetProperty("FailedRecordCount").GetInt32());
        Assert.Equal(
            """{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded for shard """
                + "shardId-000000000000 in stream s under account 000000000000.\"}",
            answer.GetProperty("Records")[1].GetRawText());
        var message = await kinesis.RefusedAsync(
            "ProvisionedThroughputExceededException",
            "PutRecord",
            $$"""{"StreamName":"s","PartitionKey":"k","Data":"{{data}}"}""");
        Assert.Equal("Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.", message);
        time.Advance(TimeSpan.FromSeconds(1));
        await kinesis.OkAsync("PutRecord", $$"""{"StreamName":"s","PartitionKey":"k","Data":"{{data}}"}""");
        var iterator = await kinesis.IteratorAsync();
        for (var read = 0; read < 4; read++)
        {
            await kinesis.ReadAsync(iterator, limit: 1);
        }

        await kinesis.RefusedAsync(
            "ProvisionedThroughputExceededException", "GetRecords", $$"""{"ShardIterator":"{{iterator}}"}""");
    }

    [Fact]
    public async Task A_batch_of_more_than_10_mebibytes_is_refused()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        var data = Convert.ToBase64String(new byte[1 << 19]);
        var batch = string.Join(',', Enumerable.Repeat($$"""{"PartitionKey":"k","Data":"{{data}}"}""", 20));
        Assert.Equal("Records size exceeds 10 MB limit", await kinesis.RefusedAsync(
            "InvalidArgumentException", "PutRecords", $$"""{"StreamName":"s","Records":[{{batch}}]}"""));
    }

    private static string? Sequence(JsonElement record) => record.GetProperty("SequenceNumber").GetString();
}
