using System.Text;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Answers that are sent in chunks, and what they hold.</summary>
public sealed class LargeAnswerTests
{
    [Theory]
    [InlineData(ContentType.Json)]
    [InlineData(ContentType.Cbor)]
    public async Task Many_records_are_read_in_one_answer(string contentType)
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        await MakeStreamAsync(kinesis);
        var numbers = await PutAsync(kinesis, 2000, sizeBytes: 300);
        var iterator = await kinesis.IteratorAsync();
        if (contentType == ContentType.Json)
        {
            var answer = await kinesis.ReadAsync(iterator);
            var records = answer.GetProperty("Records").EnumerateArray().ToArray();
            Assert.Equal(numbers, records.Select(record => record.GetProperty("SequenceNumber").GetString()!));
            Assert.Equal(0, answer.GetProperty("MillisBehindLatest").GetInt64());
        }
        else
        {
            var body = new CborText().Map(1, map => map.Text("ShardIterator").Text(iterator)).Bytes;
            using var request = KinesisUnderTest.Request("GetRecords", body, contentType);
            using var response = await kinesis.Client.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            Assert.True(response.Headers.TransferEncodingChunked);
            Assert.Equal(numbers.Length, Count(bytes, "SequenceNumber"u8));
        }

        Assert.Equal(0, kinesis.Service.Answers.SizeBytes);
    }

    [Fact]
    public async Task Records_of_every_size_come_in_their_order()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { Limits = new KinesisLimits { AnswerBytesMax = 2 << 20 } });
        await MakeStreamAsync(kinesis);
        string[] numbers =
        [
            .. await PutAsync(kinesis, 3, sizeBytes: 900 << 10),
            .. await PutAsync(kinesis, 3, sizeBytes: 40 << 10),
            .. await PutAsync(kinesis, 1, sizeBytes: 60 << 10),
        ];
        var iterator = await kinesis.IteratorAsync();
        var read = new List<string>();
        for (var calls = 0; read.Count < numbers.Length; calls++)
        {
            Assert.InRange(calls, 0, numbers.Length);
            var answer = await kinesis.ReadAsync(iterator);
            read.AddRange(answer.GetProperty("Records").EnumerateArray()
                .Select(record => record.GetProperty("SequenceNumber").GetString()!));
            iterator = answer.GetProperty("NextShardIterator").GetString()!;
        }

        Assert.Equal(numbers, read);
        Assert.Equal(0, kinesis.Service.Answers.SizeBytes);
    }

    [Fact]
    public async Task An_answer_that_finds_no_room_is_throttled_and_reads_the_same_later()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with
            {
                Limits = new KinesisLimits { AnswerWaitTimeMax = TimeSpan.FromMilliseconds(1) },
            });
        await MakeStreamAsync(kinesis);
        var many = await PutAsync(kinesis, 1000, sizeBytes: 100);
        var large = await PutAsync(kinesis, 1, sizeBytes: 500 << 10);
        var (first, last) = (await kinesis.IteratorAsync(), await IteratorAtAsync(kinesis, large[0]));
        Assert.True(kinesis.Service.Answers.TryTake(64 << 20));
        foreach (var iterator in (string[])[first, last])
        {
            var message = await kinesis.RefusedAsync(
                "ProvisionedThroughputExceededException", "GetRecords", $$"""{"ShardIterator":"{{iterator}}"}""");
            Assert.Equal("The answers of the gateway hold as much memory as they may. Try again.", message);
        }

        Assert.Single((await kinesis.ReadAsync(first, limit: 1)).GetProperty("Records").EnumerateArray());
        kinesis.Service.Answers.Return(64 << 20);
        Assert.Equal(
            many.Length + large.Length, (await kinesis.ReadAsync(first)).GetProperty("Records").GetArrayLength());
        Assert.Single((await kinesis.ReadAsync(last)).GetProperty("Records").EnumerateArray());
        Assert.Equal(0, kinesis.Service.Answers.SizeBytes);
    }

    [Fact]
    public async Task A_batch_is_refused_before_its_first_record_where_its_answer_has_no_room()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with
            {
                Limits = new KinesisLimits { AnswerWaitTimeMax = TimeSpan.FromMilliseconds(1) },
            });
        await MakeStreamAsync(kinesis);
        Assert.True(kinesis.Service.Answers.TryTake(64 << 20));
        await kinesis.RefusedAsync("ProvisionedThroughputExceededException", "PutRecords", Batch(500, 1));
        kinesis.Service.Answers.Return(64 << 20);
        Assert.Empty(await kinesis.TextsAsync());
        await kinesis.OkAsync("PutRecords", Batch(500, 1));
        Assert.Equal(500, (await kinesis.TextsAsync()).Length);
    }

    [Fact]
    public async Task Errors_quote_the_beginning_of_a_huge_value()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync();
        var huge = new string('ä', 1 << 20);
        foreach (var json in (string[])
            [
                $$"""{"StreamName":"{{huge}}"}""", $$"""{"StreamName":"s","ShardId":"{{huge}}"}""",
                $$"""{"StreamName":"s","ShardIteratorType":"{{huge}}"}""",
                $$"""{"StreamName":"s","Timestamp":"{{huge}}"}""",
            ])
        {
            var answer = await kinesis.CallAsync("GetShardIterator", json);
            Assert.Equal(400, answer.Status);
            Assert.InRange(answer.Message.Length, 1, QuotedText.ErrorLengthMax + 3);
        }

        var flag = await kinesis.CallAsync(
            "DeleteStream", $$"""{"StreamName":"s","EnforceConsumerDeletion":"{{huge}}"}""");
        Assert.Equal("SerializationException", flag.Type);
        Assert.InRange(flag.Message.Length, QuotedText.LengthMax, QuotedText.LengthMax + 100);
        var keys = string.Join(',', Enumerable.Repeat($"\"{new string('k', 200)}\"", 5000));
        var list = await kinesis.RefusedAsync(
            "ValidationException", "RemoveTagsFromStream", $$"""{"StreamName":"s","TagKeys":[{{keys}}]}""");
        Assert.InRange(list.Length, QuotedText.ListLengthMax, QuotedText.ErrorLengthMax + 3);
    }

    [Fact]
    public async Task What_is_read_of_requests_counts_like_their_bytes()
    {
        await using var kinesis = await KinesisUnderTest.StartAsync(
            change: options => options with { Limits = new KinesisLimits { RequestBytesMax = 1 << 20 } });
        await MakeStreamAsync(kinesis);
        var records = string.Join(',', Enumerable.Repeat("{}", 20_000));
        var answer = await kinesis.CallAsync("PutRecords", $$"""{"StreamName":"s","Records":[{{records}}]}""");
        Assert.Equal((503, "ServiceUnavailable"), (answer.Status, answer.Type));
        await kinesis.PutAsync("k", "one");
    }

    /// <summary>A stream of one shard without limits.</summary>
    private static async Task MakeStreamAsync(KinesisUnderTest kinesis)
    {
        await kinesis.MakeStreamAsync();
        await kinesis.OkAsync(
            "UpdateStreamMode",
            $$$"""{"StreamARN":"{{{KinesisUnderTest.StreamArn}}}","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");
    }

    private static async Task<string> IteratorAtAsync(KinesisUnderTest kinesis, string number) =>
        await kinesis.IteratorAsync(more: $"\"AT_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"{number}\"");

    private static async Task<string[]> PutAsync(KinesisUnderTest kinesis, int count, int sizeBytes)
    {
        var numbers = new List<string>();
        while (numbers.Count < count)
        {
            var next = Math.Min(count - numbers.Count, Math.Clamp((4 << 20) / sizeBytes, 1, 500));
            var answer = await kinesis.OkAsync("PutRecords", Batch(next, sizeBytes));
            numbers.AddRange(answer.GetProperty("Records").EnumerateArray()
                .Select(record => record.GetProperty("SequenceNumber").GetString()!));
        }

        return [.. numbers];
    }

    private static string Batch(int count, int sizeBytes)
    {
        var record = $$"""{"PartitionKey":"k","Data":"{{Convert.ToBase64String(new byte[sizeBytes])}}"}""";
        var json = new StringBuilder("""{"StreamName":"s","Records":[""");
        json.AppendJoin(',', Enumerable.Repeat(record, count));
        return json.Append("]}").ToString();
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        var count = 0;
        for (var at = bytes.IndexOf(name); at >= 0; at = bytes.IndexOf(name))
        {
            count++;
            bytes = bytes[(at + name.Length)..];
        }

        return count;
    }
}
