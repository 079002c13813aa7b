using System.Net;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

public sealed class HttpTransformTests : IDisposable
{
    private readonly HttpListener _server = new();
    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}/";
    private readonly HttpTransform _transform;

    public HttpTransformTests()
    {
        _server.Prefixes.Add(_url);
        _server.Start();
        _transform = new HttpTransform(
            new HttpTransformOptions { Url = _url, TimeoutSeconds = 60 }, "delivery", "shard-1");
    }

    [Fact]
    public async Task Endpoint_is_asked_as_Firehose_asks_a_function()
    {
        var (request, _) = await AskAsync(200, """{"records":[]}""", """{"t":1}""", "x");

        using var document = JsonDocument.Parse(request);
        var root = document.RootElement;
        Assert.Equal("shard-1:1", root.GetProperty("invocationId").GetString());
        Assert.Equal(
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/delivery",
            root.GetProperty("deliveryStreamArn").GetString());
        Assert.Equal("us-east-1", root.GetProperty("region").GetString());
        var records = root.GetProperty("records");
        Assert.Equal(2, records.GetArrayLength());
        Assert.Equal("shard-1:2", records[1].GetProperty("recordId").GetString());
        Assert.Equal(
            DeliveryStage.Start.ToUnixTimeMilliseconds(),
            records[1].GetProperty("approximateArrivalTimestamp").GetInt64());
        Assert.Equal("x"u8.ToArray(), records[1].GetProperty("data").GetBytesFromBase64());
    }

    [Fact]
    public async Task Records_become_what_is_answered()
    {
        const string Answer = """
            {"more":{"records":[1]},"records":[
              {"recordId":"shard-1:2","result":"Dropped","data":""},
              {"recordId":"shard-1:1","result":"Ok","data":"bWFkZQ==","metadata":{"partitionKeys":{"a":"b"}}},
              {"recordId":"shard-1:3","result":"ProcessingFailed","data":"bWFkZQ=="},
              {"recordId":"nobody","result":"Ok","data":""}]}
            """;

        var (_, answers) = await AskAsync(200, Answer, "1", "2", "3", "4");

        Assert.Equal(
            [TransformOutcome.Ok, TransformOutcome.Dropped, TransformOutcome.Failed, TransformOutcome.Failed],
            answers!.Select(answer => answer.Outcome));
        Assert.Equal("made", Chunks.TextOf(answers![0]));
        Assert.Equal("Transform.ProcessingFailed", answers[2].Cause?.Code);
        Assert.Equal("Transform.MissingRecordId", answers[3].Cause?.Code);
    }

    [Theory]
    [InlineData(500, "{}", "answered 500")]
    [InlineData(200, "{}", "no array 'records'")]
    [InlineData(200, "", "cannot be read")]
    [InlineData(200, """{"records":[1]}""", "cannot be read")]
    [InlineData(200, """{"records":[{"recordId":"shard-1:1"}""", "cannot be read")]
    public async Task What_is_no_answer_fails_the_chunk(int status, string answer, string reason)
    {
        var error = await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(status, answer, "1"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_that_is_not_there_is_named()
    {
        _server.Stop();

        var error = await Assert.ThrowsAsync<IOException>(() => _transform.ApplyAsync(Chunks.Of("1"), default));

        Assert.Contains($"{_url} cannot be reached", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _transform.Dispose();
        _server.Close();
    }

    private async Task<(string Request, TransformAnswer[]? Answers)> AskAsync(
        int status, string answer, params string[] data)
    {
        var asking = _transform.ApplyAsync(Chunks.Of(data), default);
        var context = await _server.GetContextAsync();
        using var reader = new StreamReader(context.Request.InputStream);
        var request = await reader.ReadToEndAsync();
        context.Response.StatusCode = status;
        context.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: true);
        return (request, await asking);
    }
}
