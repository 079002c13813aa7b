using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The commands that a person types beside a running gateway.</summary>
public sealed class CommandLineTests
{
    /// <summary>EX_USAGE of sysexits.h.</summary>
    private const int UsageExitCode = 64;

    /// <summary>EX_UNAVAILABLE of sysexits.h.</summary>
    private const int UnavailableExitCode = 69;

    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData("streams")]
    [InlineData("alerts")]
    [InlineData("alerts ack")]
    [InlineData("alerts silence")]
    [InlineData("backtest")]
    [InlineData("sql")]
    [InlineData("sql discover")]
    [InlineData("tap")]
    [InlineData("publish")]
    [InlineData("check")]
    [InlineData("version")]
    [InlineData("log")]
    [InlineData("log verify")]
    public async Task Every_command_has_help(string command)
    {
        var result = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.Contains(command, result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        var result = await RunAsync(["version"]);

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("edgestream ", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d+\.\d+\.\d+", result.Output);
    }

    [Fact]
    public async Task A_published_message_is_tapped_and_counted()
    {
        await using var world = await GatewayWorld.StartAsync("cli");
        var url = world.Api.Address.ToString();

        var port = $"{world.Launch.MqttPort}";
        (await RunAsync(["publish", "site/kitchen", """{"bar":2.5}""", "--port", port])).OrThrow();
        var tapped = (await RunAsync(
            ["tap", "readings", "--from", "trim-horizon", "--limit", "1", "--json", "--url", url])).OrThrow();
        var streams = (await RunAsync(["streams", "--url", url])).OrThrow();
        var check = (await RunAsync(["check", "--url", url])).OrThrow();

        using var record = JsonDocument.Parse(tapped.Output);
        Assert.Equal("site/kitchen", record.RootElement.GetProperty("key").GetString());
        Assert.Equal("""{"bar":2.5}""", record.RootElement.GetProperty("data").GetRawText());
        Assert.All(
            ["readings", "alerts", "dead-letter", "delivery-errors"],
            name => Assert.Contains(name, streams.Output, StringComparison.Ordinal));
        Assert.StartsWith("healthy", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_is_read_from_standard_input()
    {
        await using var world = await GatewayWorld.StartAsync("cli-stdin");

        var result = await Command.RunAsync(
            NativeBinary.Path,
            ["publish", "site/kitchen", "-", "--port", $"{world.Launch.MqttPort}", "--qos", "2"],
            """{"bar":7}""");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("""{"bar":7}""", Assert.Single(await world.RecordsAsync("readings", 1)).Data.GetRawText());
    }

    [Fact]
    public async Task A_tap_shows_what_comes_while_it_runs()
    {
        await using var world = await GatewayWorld.StartAsync("cli-tap");
        await using var tap = BackgroundCommand.Start(
            NativeBinary.Path, "tap", "readings", "--from", "trim-horizon", "--url", world.Api.Address.ToString());
        await world.Api.PublishAsync("readings", "first", """{"n":1}""");
        await tap.WaitForAsync("\tfirst\t");

        await world.Api.PublishAsync("readings", "second", """{"n":2}""");

        await tap.WaitForAsync("\tsecond\t{\"n\":2}");
    }

    [Theory]
    [InlineData("streams", "--url", "http://127.0.0.1:1")]
    [InlineData("tap", "readings", "--url", "http://127.0.0.1:1")]
    [InlineData("publish", "a/b", "1", "--port", "1")]
    public async Task A_gateway_that_does_not_answer_is_named(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(UnavailableExitCode, result.ExitCode);
        Assert.Contains("127.0.0.1:1", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("run", "--http-port", "eighty")]
    [InlineData("publish")]
    [InlineData("tap", "readings", "--limit", "some")]
    public async Task A_wrong_command_line_is_refused_with_a_hint(params string[] arguments)
    {
        var result = await RunAsync(arguments);

        Assert.Equal(UsageExitCode, result.ExitCode);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static Task<CommandResult> RunAsync(IEnumerable<string> arguments) =>
        Command.RunAsync(NativeBinary.Path, arguments);
}
