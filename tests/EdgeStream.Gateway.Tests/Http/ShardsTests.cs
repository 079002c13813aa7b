using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Gateway.Tests.Cli;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>Splitting, merging and scaling over HTTP and from the command line.</summary>
public sealed class ShardsTests
{
    private const string Middle = "170141183460469231731687303715884105728";
    private const string First = "shardId-000000000000";
    private const string Second = "shardId-000000000001";
    private const string Third = "shardId-000000000002";

    [Fact]
    public async Task A_stream_is_scaled_split_and_merged_from_the_command_line()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = gateway.Client.BaseAddress!.ToString();
        var (code, text, _) = await CommandLine.RunAsync(
            "streams", "split", "readings", First, "--url", url, "--json");
        Assert.Equal(ExitCode.Ok, code);
        using var split = JsonDocument.Parse(text);
        Assert.Equal(Middle, split.RootElement.GetProperty("shards")[2].GetProperty("startingHashKey").GetString());
        (code, text, _) = await CommandLine.RunAsync("streams", "merge", "readings", Second, Third, "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains($"shardId-000000000003\topen\t{Second} {Third}\t0\t", text);
        (code, _, _) = await CommandLine.RunAsync("streams", "scale", "readings", "--shards", "4", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        var shards = (await gateway.GetAsync("/api/streams")).GetProperty("streams").EnumerateArray()
            .Single(stream => stream.GetProperty("name").GetString() == "readings").GetProperty("shards");
        Assert.Equal(4, shards.EnumerateArray().Count(shard => shard.GetProperty("state").GetString() == "open"));
        (code, _, _) = await CommandLine.RunAsync(
            "streams", "split", "readings", "shardId-000000000009", "--at", "9", "--url", url);
        Assert.Equal(ExitCode.Usage, code);
    }

    [Theory]
    [InlineData("scale", "readings")]
    [InlineData("scale", "readings", "--shards", "many")]
    [InlineData("split", "readings")]
    [InlineData("merge", "readings", First)]
    public async Task A_wrong_line_is_refused(params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(["streams", .. arguments]);
        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains("--help'.", error);
        (code, output, _) = await CommandLine.RunAsync("streams", arguments[0], "--help");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("Examples:", output);
    }

    [Theory]
    [InlineData("nothing", """{"shards":2}""", 404, "stream_not_found")]
    [InlineData("readings", """{"shards":0}""", 400, "invalid_argument")]
    [InlineData("readings", """{"shards":65}""", 400, "invalid_argument")]
    [InlineData("readings", """{"shards":"2"}""", 400, "invalid_argument")]
    [InlineData("readings", """{"shards":1e99}""", 400, "invalid_argument")]
    [InlineData("readings", """{"split":"shardId-000000000007"}""", 404, "shard_not_found")]
    [InlineData("readings", """{"split":"shardId-000000000000","at":"0"}""", 400, "invalid_argument")]
    [InlineData("readings", """{"split":"shardId-000000000000","at":-1}""", 400, "invalid_argument")]
    [InlineData("readings", """{"merge":["shardId-000000000000"]}""", 400, "invalid_argument")]
    [InlineData("readings", """{"merge":["shardId-000000000000",1]}""", 400, "invalid_argument")]
    [InlineData("readings", """[]""", 400, "invalid_argument")]
    [InlineData("readings", """{"shards":""", 400, "invalid_argument")]
    public async Task What_cannot_be_is_refused_and_nothing_changes(string name, string body, int status, string code)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var answer = await PostAsync(gateway, name, body);
        Assert.Equal((status, code), answer);
        var streams = (await gateway.GetAsync("/api/streams")).GetProperty("streams");
        Assert.All(streams.EnumerateArray(), stream => Assert.Equal(1, stream.GetProperty("shards").GetArrayLength()));
    }

    [Fact]
    public async Task A_closed_shard_is_not_split_and_a_page_of_another_site_changes_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal((200, ""), await PostAsync(gateway, "readings", $$"""{"split":"{{First}}","at":"{{Middle}}"}"""));
        Assert.Equal(
            (409, "shard_closed"), await PostAsync(gateway, "readings", $$"""{"split":"{{First}}","at":"5"}"""));
        gateway.Client.DefaultRequestHeaders.Add("Origin", "http://elsewhere.example");
        Assert.Equal((403, "cross_origin"), await PostAsync(gateway, "readings", """{"shards":4}"""));
    }

    private static async Task<(int Status, string Code)> PostAsync(GatewayUnderTest gateway, string name, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Client.PostAsync($"/api/streams/{name}/shards", content);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var code = document.RootElement.TryGetProperty("error", out var error)
            ? error.GetProperty("code").GetString()!
            : "";
        return ((int)response.StatusCode, code);
    }
}
