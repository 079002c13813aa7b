using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class ExplainCommandTests : IDisposable
{
    private const string Yaml = """
        routes:
          - {topic: "site/{site}/{device}/up", stream: readings, dialect: json, tags: ["site={site}"]}
          - {preset: tasmota}
          - {topic: "site/#", stream: readings}
        """;

    private readonly TemporaryFolder _folder = new("explain");

    [Fact]
    public async Task A_message_that_is_taken_is_explained()
    {
        var (code, output, error) = await ExplainAsync("site/north/pump-1/up", """{"flow":{"rate":2.5}}""");
        Assert.Equal(
            """
            topic    site/north/pump-1/up (21 bytes)
            route    1 of 4: site/{site}/{device}/up
                     {site} = north
                     {device} = pump-1
            read as  json
                     (route 4 matches too, and does not get it)
            goes to  stream readings, key pump-1
                     device pump-1
                     time of arrival (arrival)
                     {"flow_rate":2.5,"site":"north"}

            """,
            output);
        Assert.Equal((ExitCode.Ok, ""), (code, error));
    }

    [Fact]
    public async Task A_message_that_is_put_aside_is_explained_with_the_reason()
    {
        var (code, output, _) = await ExplainAsync("elsewhere", "1");
        Assert.Equal(ExitCode.Unhealthy, code);
        Assert.Contains("goes to  dead-letter\nreason   No route takes the topic 'elsewhere' (4 routes", output);
        (code, output, _) = await ExplainAsync("tele/plug/SENSOR", "{\"a\":");
        Assert.Equal(ExitCode.Unhealthy, code);
        Assert.Contains("route    2 of 4: tele/+/+", output);
        Assert.Contains(
            "reason   Route 'tele/+/+' (dialect tasmota, key device): the payload is not valid JSON", output);
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task The_payload_may_come_from_standard_input(string? payload)
    {
        var (code, output, _) = await CommandLine.RunAsync(
            isTerminal: false, "{\"POWER\":\"ON\"}",
            [
                "explain", "stat/plug/RESULT", .. payload is null ? [] : new[] { payload }, "--json", "--config",
                Config(),
            ]);
        Assert.Equal(ExitCode.Ok, code);
        using var json = JsonDocument.Parse(output);
        var record = json.RootElement.GetProperty("records")[0];
        Assert.Equal("plug", record.GetProperty("device").GetString());
        Assert.Equal("""{"POWER":true}""", record.GetProperty("data").GetRawText());
        Assert.Equal(2, json.RootElement.GetProperty("route").GetInt32());
    }

    [Fact]
    public async Task The_payload_may_come_from_a_file()
    {
        var file = _folder.Write("capture.bin", "21.5");
        var (code, output, _) = await ExplainAsync("site/x", $"@{file}");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("""{"value":21.5}""", output);
        (code, _, var error) = await ExplainAsync("site/x", "@/no/such/file");
        Assert.Equal(ExitCode.InputOutput, code);
        Assert.Contains("/no/such", error);
    }

    public void Dispose() => _folder.Dispose();

    private string Config() => _folder.Write("edgestream.yaml", Yaml);

    private Task<(int ExitCode, string Out, string Error)> ExplainAsync(string topic, string payload) =>
        CommandLine.RunAsync("explain", topic, payload, "--config", Config());
}
