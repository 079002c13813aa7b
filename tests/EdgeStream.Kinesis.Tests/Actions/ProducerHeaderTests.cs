using System.Text;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Records whose producer names them: what comes again is not stored again.</summary>
public sealed class ProducerHeaderTests
{
    [Fact]
    public async Task Numbers_with_gaps_are_recognised_also_in_other_requests()
    {
        await using var kinesis = await StartAsync();
        Assert.Equal(200, (await PutAsync(kinesis, ["a", "b", "c"], "10", "3,1023")).Status);
        Assert.Equal(200, (await PutAsync(kinesis, ["b", "x", "c"], "13", "1,1020")).Status);
        Assert.Equal(200, (await PutAsync(kinesis, ["y", "z"], "15", null)).Status);
        Assert.Equal(["a", "b", "c", "x", "y", "z"], await kinesis.TextsAsync());
    }

    [Fact]
    public async Task One_record_needs_no_further_numbers()
    {
        await using var kinesis = await StartAsync();
        Assert.Equal(200, (await PutAsync(kinesis, ["a"], "10", null)).Status);
        Assert.Equal(200, (await PutAsync(kinesis, ["a"], "10", null)).Status);
        Assert.Equal(["a"], await kinesis.TextsAsync());
    }

    [Fact]
    public async Task An_answer_says_which_records_were_recognised()
    {
        await using var kinesis = await StartAsync();
        Assert.Null(await RecognisedAsync(kinesis, ["a", "b", "c"], "10", "3,1023"));
        Assert.Equal("0,2", await RecognisedAsync(kinesis, ["b", "x", "c"], "13", "1,1020"));
        Assert.Equal("0", await RecognisedAsync(kinesis, ["b"], "13", null));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1,2,3")]
    [InlineData("2,2")]
    [InlineData("2,1")]
    [InlineData("0,1")]
    [InlineData("1,1024")]
    [InlineData("1,-2")]
    [InlineData("1,")]
    [InlineData("one,two")]
    public async Task Numbers_that_are_not_those_of_the_records_are_refused(string offsets)
    {
        await using var kinesis = await StartAsync();
        var answer = await PutAsync(kinesis, ["a", "b", "c"], "10", offsets);
        Assert.Equal((400, "InvalidArgumentException"), (answer.Status, answer.Type));
        Assert.Contains("x-edgestream-producer-offsets", answer.Message);
        Assert.Empty(await kinesis.TextsAsync());
    }

    [Fact]
    public async Task A_number_beyond_the_last_is_refused()
    {
        await using var kinesis = await StartAsync();
        var answer = await PutAsync(kinesis, ["a", "b"], "18446744073709551614", "1");
        Assert.Equal((400, "InvalidArgumentException"), (answer.Status, answer.Type));
        Assert.Empty(await kinesis.TextsAsync());
    }

    private static async Task<KinesisUnderTest> StartAsync()
    {
        var kinesis = await KinesisUnderTest.StartAsync();
        await kinesis.MakeStreamAsync();
        await kinesis.Store.ChangeDefinitionAsync("s", definition => definition with { Deduplication = true });
        return kinesis;
    }

    private static async Task<Answer> PutAsync(
        KinesisUnderTest kinesis, string[] texts, string sequence, string? offsets) =>
        await Answer.OfAsync(await SendAsync(kinesis, texts, sequence, offsets));

    private static async Task<string?> RecognisedAsync(
        KinesisUnderTest kinesis, string[] texts, string sequence, string? offsets)
    {
        using var response = await SendAsync(kinesis, texts, sequence, offsets);
        return response.Headers.TryGetValues("x-edgestream-producer-recognised", out var values)
            ? Assert.Single(values) : null;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        KinesisUnderTest kinesis, string[] texts, string sequence, string? offsets)
    {
        var records = texts.Select(text =>
            $$"""{"PartitionKey":"k","Data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}"}""");
        using var request = KinesisUnderTest.Request("PutRecords", Encoding.UTF8.GetBytes(
            $$"""{"StreamName":"s","Records":[{{string.Join(',', records)}}]}"""));
        request.Headers.TryAddWithoutValidation("x-edgestream-producer-id", "up");
        request.Headers.TryAddWithoutValidation("x-edgestream-producer-sequence", sequence);
        if (offsets is not null)
        {
            request.Headers.TryAddWithoutValidation("x-edgestream-producer-offsets", offsets);
        }

        return await kinesis.Client.SendAsync(request);
    }
}
