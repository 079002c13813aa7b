using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

public sealed class CommandTests
{
    private static readonly string NobodyUrl = $"http://127.0.0.1:{FreePort.Next()}";

    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData("streams")]
    [InlineData("devices")]
    [InlineData("tap")]
    [InlineData("publish")]
    [InlineData("detect")]
    [InlineData("explain")]
    [InlineData("dead-letter")]
    [InlineData("sensors")]
    [InlineData("check")]
    [InlineData("version")]
    public async Task Every_command_has_help_with_examples_and_exit_codes(string command)
    {
        var (code, output, _) = await CommandLine.RunAsync([.. command.Length == 0 ? [] : new[] { command }, "--help"]);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains($"Examples:\n  {$"edgestream {command}".TrimEnd()}", output);
        Assert.Contains("Exit codes: 0 ok", output);
    }

    [Theory]
    [InlineData("run", "--http-port", "70000")]
    [InlineData("run", "--http-port", "eighty")]
    [InlineData("run", "--mqtt-address", "example")]
    [InlineData("run", "--data", "")]
    [InlineData("--config", "my.yaml", "validate")]
    [InlineData("--demo", "run")]
    [InlineData("runn")]
    [InlineData("tap")]
    [InlineData("publish", "a", "1", "--qos", "3")]
    [InlineData("streams", "--url", "nowhere")]
    [InlineData("version", "extra")]
    public async Task A_wrong_command_line_is_refused_with_a_hint(params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.StartsWith("edgestream: ", error);
        Assert.Contains("--help'.", error);
    }

    [Fact]
    public async Task A_wrong_address_in_the_environment_is_refused_with_the_name_of_the_variable()
    {
        Environment.SetEnvironmentVariable("EDGESTREAM_URL", "nowhere");
        try
        {
            var (code, _, error) = await CommandLine.RunAsync("streams");
            Assert.Equal(ExitCode.Usage, code);
            Assert.StartsWith("edgestream: $EDGESTREAM_URL: 'nowhere' is no URL", error);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EDGESTREAM_URL", null);
        }
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task The_version_is_printed(string argument)
    {
        var (code, output, _) = await CommandLine.RunAsync(argument);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Matches(@"^edgestream \d+\.\d+\.\d+ \(", output);
    }

    [Fact]
    public async Task Validate_tells_every_error_and_exits_with_78()
    {
        using var folder = new TemporaryFolder("validate");
        var file = folder.Write("bad.yaml", "http:\n  prot: 1\nlog:\n  level: loud\n");
        var (code, output, error) = await CommandLine.RunAsync("validate", "--config", file);
        Assert.Equal(ExitCode.Config, code);
        Assert.Empty(output);
        Assert.Equal(2, error.Trim().Split('\n').Length);
        Assert.StartsWith($"{file}:2:3: unknown key 'prot'", error);

        (code, _, _) = await CommandLine.RunAsync("validate", "--config", folder.Combine("none"));
        Assert.Equal(ExitCode.Config, code);
        var good = folder.Write("good.yaml", "log: {level: debug}\n");
        (code, output, _) = await CommandLine.RunAsync("validate", "-c", good);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("ok (4 streams, 1 routes, 3 rules, 1 deliveries)", output);
    }

    [Fact]
    public async Task Run_refuses_a_wrong_configuration_before_anything_starts()
    {
        using var folder = new TemporaryFolder("run");
        var file = folder.Write("bad.yaml", "mqtt: {port: -1}\n");
        var (code, _, error) = await CommandLine.RunAsync("run", "--config", file, "--data", folder.Combine("data"));
        Assert.Equal(ExitCode.Config, code);
        Assert.Contains("bad.yaml:1:14: 'port' cannot be '-1'", error);
        Assert.False(Directory.Exists(folder.Combine("data")));
    }

    [Fact]
    public async Task Consumer_groups_are_listed_with_what_they_have_not_done()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = $"http://{gateway.Host.HttpEndpoint}";
        var store = gateway.Host.Parts.Store;
        Assert.True(store.TryGet("readings", out var stream));
        var group = await store.Groups.OpenAsync(stream, "upstream", new GroupOptions());
        await group.AcquireAsync("a");
        await stream.AppendAsync("k"u8.ToArray(), "{}"u8.ToArray());
        var (_, plain, _) = await CommandLine.RunAsync("streams", "--groups", "--url", url);
        Assert.Equal("readings\tupstream\t1\t1\n", plain);
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        const string Labels = "{stream=\"readings\",group=\"upstream\"}";
        Assert.Contains($"edgestream_group_members{Labels} 1\n", metrics);
        Assert.Contains($"edgestream_group_pending_records{Labels} 1\n", metrics);
    }

    [Fact]
    public async Task Streams_are_a_table_for_a_person_and_tabs_for_a_program()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = $"http://{gateway.Host.HttpEndpoint}";
        var (code, plain, _) = await CommandLine.RunAsync("streams", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("readings\t1\t0\t", plain);
        var (_, table, _) = await CommandLine.RunAsync(isTerminal: true, "", "streams", "--url", url);
        Assert.Matches("^STREAM +SHARDS +RECORDS +SIZE", table);
        var (_, json, _) = await CommandLine.RunAsync("streams", "--url", url, "--json");
        using var document = JsonDocument.Parse(json);
        Assert.Equal(4, document.RootElement.GetProperty("streams").GetArrayLength());
    }

    [Fact]
    public async Task Publish_sends_a_message_from_the_line_or_from_standard_input()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        string[] port = ["--port", $"{gateway.Host.MqttEndpoint.Port}"];
        Assert.Equal(ExitCode.Ok, (await CommandLine.RunAsync(["publish", "a/b", "1.5", .. port])).ExitCode);
        Assert.Equal(ExitCode.Ok, (await CommandLine.RunAsync(
            false, """{"v":2}""", ["publish", "a/c", "-", "--qos", "2", .. port])).ExitCode);

        var url = $"http://{gateway.Host.HttpEndpoint}";
        var (code, output, _) = await CommandLine.RunAsync(
            "tap", "readings", "--from", "trim-horizon", "--limit", "2", "--url", url);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(["a/b\t{\"value\":1.5}", "a/c\t{\"v\":2}"],
            output.Trim().Split('\n').Select(line => string.Join('\t', line.Split('\t')[2..])));
        (_, output, _) = await CommandLine.RunAsync(
            "tap", "readings", "--from", "trim-horizon", "-n", "1", "--key", "a/c*", "--json", "--url", url);
        Assert.Contains("\"key\":\"a/c\"", Assert.Single(output.Trim().Split('\n')));
    }

    [Fact]
    public async Task Tap_tells_what_is_missing_where_it_belongs()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var list = string.Join(
            ',', Enumerable.Range(0, 4).Select(n => $$$"""{"key":"k","data":{"text":"reading {{{n}}}"}}"""));
        await gateway.PostAsync("readings", $$"""{"records":[{{list}}]}""");
        StoredText.Flip(gateway.DataFolder, "reading 1");
        string[] tap = ["tap", "readings", "--from", "trim-horizon", "--limit", "3",
            "--url", $"http://{gateway.Host.HttpEndpoint}"];

        var (code, output, error) = await CommandLine.RunAsync(tap);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal(
            ["""{"text":"reading 0"}""", """{"text":"reading 2"}""", """{"text":"reading 3"}"""],
            output.Trim().Split('\n').Select(line => line.Split('\t')[^1]));
        Assert.Equal("shardId-000000000000: records 2 to 2 are missing: damaged.\n", error);

        (_, output, _) = await CommandLine.RunAsync([.. tap, "--json"]);
        var lines = output.Trim().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            """{"gap":{"shard":"shardId-000000000000","first":2,"last":2,"reason":"damaged"}}""", lines[1]);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("-5.5e3")]
    public async Task A_payload_may_be_a_negative_number(string payload)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var port = $"{gateway.Host.MqttEndpoint.Port}";
        Assert.Equal(ExitCode.Ok, (await CommandLine.RunAsync("publish", "a", payload, "-p", port)).ExitCode);
        var records = (await gateway.GetAsync("/api/streams/readings/records")).GetProperty("records");
        Assert.Equal($"{{\"value\":{payload}}}", records[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_refused_message_and_a_wrong_topic_have_their_exit_codes()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var port = $"{gateway.Host.MqttEndpoint.Port}";
        var refused = await CommandLine.RunAsync("publish", "edgestream/x", "1", "-p", port);
        Assert.Equal(ExitCode.Unavailable, refused.ExitCode);
        Assert.Contains("refused the message: NotAuthorized", refused.Error);
        Assert.Equal(ExitCode.Usage, (await CommandLine.RunAsync("publish", "a/#", "1", "-p", port)).ExitCode);
    }

    [Fact]
    public async Task Check_says_how_the_gateway_does_by_its_exit_code()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var (code, output, _) = await CommandLine.RunAsync("check", "--url", $"http://{gateway.Host.HttpEndpoint}");
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("healthy", output);
        Assert.Equal(ExitCode.Unhealthy, (await CommandLine.RunAsync("check", "--url", NobodyUrl)).ExitCode);
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_is_told_as_that()
    {
        foreach (var arguments in new[] { new[] { "streams" }, ["tap", "readings"] })
        {
            var (code, _, error) = await CommandLine.RunAsync([.. arguments, "--url", NobodyUrl]);
            Assert.Equal(ExitCode.Unavailable, code);
            Assert.Contains("Is it running? Name another with --url.", error);
        }

        var port = $"{new Uri(NobodyUrl).Port}";
        Assert.Equal(ExitCode.Unavailable, (await CommandLine.RunAsync("publish", "a", "1", "-p", port)).ExitCode);
    }

    [Fact]
    public async Task A_stream_that_does_not_exist_is_told_with_those_that_do()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var url = $"http://{gateway.Host.HttpEndpoint}";
        var (code, _, error) = await CommandLine.RunAsync("tap", "redings", "--url", url);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(
            "There is no stream 'redings'. Streams: alerts, dead-letter, delivery-errors, readings.", error);
    }
}
