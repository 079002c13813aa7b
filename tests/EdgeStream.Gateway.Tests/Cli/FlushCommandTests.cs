using EdgeStream.Gateway.Cli;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary><c>edgestream deliveries flush</c>.</summary>
public sealed class FlushCommandTests
{
    [Fact]
    public async Task What_waits_in_a_buffer_goes_at_once()
    {
        await using var server = new HttpStandIn(_ => new StandInAnswer(200, ""));
        await using var gateway = await GatewayUnderTest.StartAsync($$$"""
            sensors: {board: {enabled: false}}
            rules: []
            deliveries:
              - name: up
                bufferTime: 15m
                http: {url: "{{{server.Url}}}", body: json-lines}
              - name: other
                bufferTime: 15m
                http: {url: "{{{server.Url}}}", body: json-lines}
            """);
        await gateway.PostAsync("readings", """{"key":"k","data":1}""");
        var url = gateway.Client.BaseAddress!.ToString();
        var (code, output, error) = await CommandLine.RunAsync("deliveries", "flush", "up", "--url", url);
        Assert.True(code == ExitCode.Ok, error);
        Assert.Equal("up: 1 records wait\n", output);
        await Poll.UntilAsync(async () => await BacklogAsync(gateway, 0) == 0);
        Assert.Equal(1, await BacklogAsync(gateway, 1));

        (code, output, _) = await CommandLine.RunAsync("deliveries", "flush", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("up: 0 records wait\nother: 1 records wait\n", output);
        await Poll.UntilAsync(async () => await BacklogAsync(gateway, 1) == 0);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_delivery_that_does_not_run_is_named()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (code, _, error) = await CommandLine.RunAsync(
            "deliveries", "flush", "up", "--url", gateway.Client.BaseAddress!.ToString());
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("There is no delivery 'up'.", error);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_ask_for_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (status, body) = await gateway.SendAsync(
            HttpMethod.Post, "/api/deliveries/up/flush", "{}", ("Origin", "http://evil.example"));
        Assert.Equal(403, status);
        Assert.Equal("cross_origin", body.GetProperty("error").GetProperty("code").GetString());
    }

    private static async Task<long> BacklogAsync(GatewayUnderTest gateway, int index)
    {
        var deliveries = (await gateway.GetAsync("/api/deliveries")).GetProperty("deliveries");
        return deliveries[index].GetProperty("backlogRecords").GetInt64();
    }
}
