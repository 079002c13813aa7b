using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Cli;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Cli;

/// <summary><c>edgestream log …</c> on folders that a store has written.</summary>
public sealed class LogCommandTests
{
    private const int RecordCount = 500;
    private const string FirstSegment = "00000000000000000001.log";

    [Theory]
    [InlineData("log")]
    [InlineData("log inspect")]
    [InlineData("log verify")]
    [InlineData("log repair")]
    [InlineData("log export")]
    [InlineData("log stat")]
    public async Task Every_command_has_help_with_examples(string command)
    {
        var (code, output, _) = await CommandLine.RunAsync([.. command.Split(' '), "--help"]);
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains($"Examples:\n  edgestream {command}", output);
        Assert.Contains("65 damaged data", output);
        Assert.Contains("70 a bug", output);
    }

    [Theory]
    [InlineData("log", "verify", "--fast")]
    [InlineData("log", "stat", "--top", "-1")]
    [InlineData("log", "export", "--format", "xml")]
    [InlineData("log", "export", "--limit", "some")]
    public async Task A_wrong_command_line_is_refused_with_a_hint(params string[] arguments)
    {
        var (code, output, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains($"Try 'edgestream log {arguments[1]} --help'.", error);
    }

    [Fact]
    public async Task A_folder_without_a_log_and_a_place_that_is_none_are_told_as_that()
    {
        using var folder = new TemporaryFolder("log");
        var (code, _, error) = await CommandLine.RunAsync("log", "verify", folder.Path);
        Assert.Equal(ExitCode.InputOutput, code);
        Assert.Contains("holds no such log", error);
        Assert.Equal(
            ExitCode.InputOutput, (await CommandLine.RunAsync("log", "stat", folder.Combine("none"))).ExitCode);
        (code, _, error) = await CommandLine.RunAsync("log", "export", folder.Path, "--from", "yesterday");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("--from cannot be 'yesterday'", error);
    }

    [Fact]
    public async Task A_whole_folder_is_clean_however_it_is_named()
    {
        using var data = await WriteAsync();
        foreach (var folder in new[] { data.Path, ShardOf(data, 0), Path.GetDirectoryName(ShardOf(data, 0))! })
        {
            var (code, output, error) = await CommandLine.RunAsync("log", "verify", folder);
            Assert.Equal((ExitCode.Ok, ""), (code, error));
            Assert.Contains("all is right.", output);
            Assert.Contains("shardId-000000000000/00000000000000000001.log: ", output);
        }

        var json = await JsonAsync("log", "verify", data.Path);
        Assert.True(json.GetProperty("clean").GetBoolean());
        Assert.False(json.GetProperty("live").GetBoolean());
        Assert.Equal(
            ["readings", "readings", "state"],
            json.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("stream").GetString()));
        Assert.Equal(RecordCount, RecordsOf(json));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("stat")]
    [InlineData("repair")]
    [InlineData("inspect", "--frames")]
    public async Task A_person_sees_a_progress_bar_while_everything_is_read(string command, params string[] options)
    {
        using var data = await WriteAsync();
        string[] arguments = ["log", command, data.Path, .. options];
        var (code, output, error) = await CommandLine.RunAsync(isTerminal: true, "", arguments);
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("\r[", error);
        Assert.Contains("100% ", error);
        Assert.EndsWith(" \r", error);
        Assert.DoesNotContain("\r", output);

        // Nobody watches: the results alone, and the same JSON with a bar beside it.
        (_, _, error) = await CommandLine.RunAsync(arguments);
        Assert.Empty(error);
        (code, output, error) = await CommandLine.RunAsync(
            isTerminal: false, isErrorTerminal: true, "", [.. arguments, "--json"]);
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("\r[", error);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("logs").GetArrayLength() > 1);
    }

    [Fact]
    public async Task Exported_bytes_are_the_same_with_a_progress_bar_beside_them()
    {
        using var data = await WriteAsync();
        StoredText.Flip(data.Path, "reading 101 ");
        var (_, plain, gaps) = await CommandLine.RunAsync("log", "export", data.Path);
        var (code, output, error) = await CommandLine.RunAsync(
            isTerminal: false, isErrorTerminal: true, "", "log", "export", data.Path);
        Assert.Equal((ExitCode.Damaged, plain), (code, output));
        Assert.StartsWith("\r[", error);
        Assert.EndsWith(" \r", error);
        Assert.Contains($" \r{gaps}", error);

        // Records that run over the screen show themselves how far it is.
        (_, output, error) = await CommandLine.RunAsync(isTerminal: true, "", "log", "export", data.Path);
        Assert.Equal((plain, gaps), (output, error));
        (_, _, error) = await CommandLine.RunAsync(
            isTerminal: true, "", "log", "export", data.Path, "--output", data.Combine("out.jsonl"));
        Assert.StartsWith("\r[", error);
    }

    [Fact]
    public async Task Damage_is_told_with_its_bytes_and_records_and_exits_with_65()
    {
        using var data = await WriteAsync();
        StoredText.Flip(data.Path, "reading 100 ");

        var (code, output, _) = await CommandLine.RunAsync("log", "verify", data.Path);
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Matches(@"damaged from byte \d+ to \d+, record \d+ is lost", output);
        Assert.EndsWith("1 problems, 1 records lost.\n", output);
        var json = await JsonAsync("log", "verify", data.Path);
        var damage = json.GetProperty("logs").EnumerateArray()
            .SelectMany(log => log.GetProperty("damage").EnumerateArray());
        Assert.Equal(1, Assert.Single(damage).GetProperty("lostRecords").GetInt64());
        Assert.Equal(RecordCount - 1, RecordsOf(json));
    }

    [Fact]
    public async Task Repair_only_says_what_it_would_do_until_it_is_told_to()
    {
        using var data = await WriteAsync();
        var segment = Path.Combine(ShardOf(data, 0), FirstSegment);
        var right = await File.ReadAllBytesAsync(segment);
        var wrong = right.ToArray();
        wrong[70] ^= 0x40;
        await File.WriteAllBytesAsync(segment, wrong);

        var (code, output, _) = await CommandLine.RunAsync("log", "repair", data.Path);
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Contains("byte 70 is", output);
        Assert.Contains("would be changed: 1 bytes from byte 70", output);
        Assert.Equal(wrong, await File.ReadAllBytesAsync(segment));

        var json = await JsonAsync("log", "repair", data.Path, "--apply");
        Assert.True(json.GetProperty("applied").GetBoolean());
        Assert.Equal(right, await File.ReadAllBytesAsync(segment));
        var copy = json.GetProperty("logs")[0].GetProperty("copies")[0].GetString()!;
        Assert.Equal(wrong, await File.ReadAllBytesAsync(copy));
        (code, output, _) = await CommandLine.RunAsync("log", "repair", data.Path, "--apply");
        Assert.Equal((ExitCode.Ok, "There is nothing to repair.\n"), (code, output));
        Assert.Equal(ExitCode.Ok, (await CommandLine.RunAsync("log", "verify", data.Path)).ExitCode);
    }

    [Fact]
    public async Task Records_are_exported_by_stream_shard_range_and_format()
    {
        using var data = await WriteAsync();
        var (code, output, error) = await CommandLine.RunAsync("log", "export", data.Path);
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        var lines = output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(RecordCount, lines.Count);
        Assert.All(lines, line => Assert.StartsWith(
            "reading ", line.GetProperty("data").GetProperty("text").GetString(), StringComparison.Ordinal));

        string[] shard = [data.Path, "--shard", "shardId-000000000001"];
        (_, output, _) = await CommandLine.RunAsync(["log", "export", .. shard, "--from", "3", "--to", "5"]);
        Assert.Equal(3, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"shard\":\"shardId-000000000001\",\"sequence\":3,", output);
        (_, output, _) = await CommandLine.RunAsync(["log", "export", .. shard, "-n", "1", "--format", "csv"]);
        Assert.Matches("^stream,.*\nreadings,shardId-000000000001,1,.*,device-\\d+,\"{\"\"text\"\":.*\n$", output);
        (_, output, _) = await CommandLine.RunAsync(["log", "export", .. shard, "-n", "1", "--format", "raw"]);
        Assert.Matches("^{\"text\":\"reading \\d+ x*\"}\n$", output);
        (_, output, _) = await CommandLine.RunAsync(["log", "export", .. shard, "--from", "2999-01-01"]);
        Assert.Empty(output);

        var file = data.Combine("out.jsonl");
        Assert.Equal(ExitCode.Ok, (await CommandLine.RunAsync("log", "export", data.Path, "-o", file)).ExitCode);
        Assert.Equal(RecordCount, (await File.ReadAllLinesAsync(file)).Length);
        Assert.Equal(
            ExitCode.InputOutput, (await CommandLine.RunAsync("log", "export", data.Path, "-o", file)).ExitCode);
    }

    [Fact]
    public async Task A_gap_is_told_beside_the_export_or_in_it()
    {
        using var data = await WriteAsync();
        StoredText.Flip(data.Path, "reading 100 ");

        var (code, output, error) = await CommandLine.RunAsync("log", "export", data.Path);
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Equal(RecordCount - 1, output.TrimEnd().Split('\n').Length);
        Assert.Matches(@"^edgestream: readings/shardId-\d+: records (\d+) to \1 are missing", error);
        (code, output, error) = await CommandLine.RunAsync("log", "export", data.Path, "--gap-lines");
        Assert.Equal((ExitCode.Damaged, ""), (code, error));
        Assert.Single(output.Split('\n'), line => line.Contains("\"gap\":{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_shows_segments_frames_and_records_and_what_a_start_would_conclude()
    {
        using var data = await WriteAsync();
        var (code, output, _) = await CommandLine.RunAsync(
            "log", "inspect", ShardOf(data, 0), "--frames", "--from", "2", "-n", "1", "--hex");
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains(FirstSegment, output);
        Assert.Contains("The next start finds nothing to report.", output);
        Assert.Matches(@"\n  2\t[^\t]+\tdevice-\d+\t0x7B[0-9A-F]+\n", output);

        var json = await JsonAsync("log", "inspect", ShardOf(data, 0), "--frames", "--records");
        var log = json.GetProperty("logs")[0];
        Assert.Equal(20, log.GetProperty("records").GetArrayLength());
        Assert.Equal("valid", log.GetProperty("segments")[0].GetProperty("index").GetString());
        Assert.True(log.GetProperty("segments")[0].GetProperty("frames").GetArrayLength() > 1);
    }

    [Fact]
    public async Task Stat_counts_records_sizes_and_keys()
    {
        using var data = await WriteAsync();
        var json = await JsonAsync("log", "stat", data.Path, "--stream", "readings");
        var logs = json.GetProperty("logs").EnumerateArray().ToList();
        Assert.Equal(RecordCount, logs.Sum(log => log.GetProperty("records").GetInt64()));
        Assert.All(logs, log =>
        {
            Assert.Equal(
                log.GetProperty("records").GetInt64(),
                log.GetProperty("valueSizes").EnumerateArray().Sum(size => size.GetProperty("records").GetInt64()));
            Assert.InRange(log.GetProperty("bytesPerRecord").GetDouble(), 300, 600);
        });
        var (_, output, _) = await CommandLine.RunAsync("log", "stat", data.Path, "--top", "1");
        Assert.Contains("100.0 %  device-", output);
    }

    [Fact]
    public async Task A_running_gateway_is_looked_at_and_never_repaired()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var data = gateway.DataFolder;
        var json = await JsonAsync("log", "verify", data);
        Assert.True(json.GetProperty("live").GetBoolean());
        Assert.True(json.GetProperty("clean").GetBoolean());
        var (code, _, error) = await CommandLine.RunAsync("log", "repair", data, "--apply");
        Assert.Equal(ExitCode.Unavailable, code);
        Assert.Contains("stop it first", error);

        // A link to a shard's folder does not hide whose it is.
        using var links = new TemporaryFolder("log-links");
        var shard = Path.Combine(data, "streams", "readings", "shardId-000000000000");
        Directory.CreateSymbolicLink(links.Combine("shard"), shard);
        (code, _, error) = await CommandLine.RunAsync("log", "repair", links.Combine("shard"), "--apply");
        Assert.Equal((ExitCode.Unavailable, true), (code, error.Contains("stop it first", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Beside_a_running_gateway_repair_says_what_it_would_do_and_changes_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var json = $$$"""{"key":"k","data":{"text":"no {{{i}}}"}}""";
            Assert.Equal(200, (await gateway.PostAsync("readings", json)).Status);
        }

        var (code, output, error) = await CommandLine.RunAsync("log", "repair", gateway.DataFolder);
        Assert.Equal((ExitCode.Ok, ""), (code, error));
        Assert.StartsWith("A gateway is running here: ", output);
        Assert.EndsWith("There is nothing to repair.\n", output);

        var segment = Directory.GetFiles(gateway.DataFolder, FirstSegment, SearchOption.AllDirectories)
            .Single(path => path.Contains("/readings/", StringComparison.Ordinal));
        FlipHeaderByte(segment);
        StoredText.Flip(gateway.DataFolder, "\"no 2\"");
        (code, output, _) = await CommandLine.RunAsync("log", "repair", gateway.DataFolder);
        Assert.Equal(ExitCode.Damaged, code);
        Assert.Contains($"{segment}: byte 20 is 0x", output);
        Assert.Contains($"{segment} would be changed: 1 bytes from byte 20", output);
        Assert.Contains("records 3 to 3 stay lost", output);
        Assert.EndsWith(
            "Stop the gateway and write --apply to do it; changed files are copied before.\n", output);

        var plan = await JsonAsync("log", "repair", gateway.DataFolder, "--stream", "readings");
        Assert.True(plan.GetProperty("live").GetBoolean());
        Assert.False(plan.GetProperty("applied").GetBoolean());
        var log = Assert.Single(plan.GetProperty("logs").EnumerateArray());
        Assert.Equal(1, log.GetProperty("steps").GetArrayLength());
        Assert.Equal(1, log.GetProperty("damage").GetArrayLength());
        Assert.Equal(0, log.GetProperty("undecided").GetArrayLength());
        Assert.Equal(200, (await gateway.PostAsync("readings", """{"key":"k","data":1}""")).Status);
    }

    private static void FlipHeaderByte(string segment)
    {
        using var file = new FileStream(segment, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = 20;
        var wrong = (byte)(file.ReadByte() ^ 4);
        file.Position = 20;
        file.WriteByte(wrong);
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (_, output, _) = await CommandLine.RunAsync([.. arguments, "--json"]);
        return JsonDocument.Parse(output).RootElement;
    }

    private static long RecordsOf(JsonElement verified) => verified.GetProperty("logs").EnumerateArray()
        .Where(log => log.GetProperty("stream").GetString() == "readings")
        .Sum(log => log.GetProperty("records").GetInt64());

    private static string ShardOf(TemporaryFolder data, int index) =>
        Path.Combine(data.Path, "streams", "readings", $"shardId-{index:D12}");

    /// <summary>A data folder with two shards of records, stopped cleanly.</summary>
    private static async Task<TemporaryFolder> WriteAsync()
    {
        var folder = new TemporaryFolder("log");
        var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", ShardCount = 2, SegmentSizeBytes = 64 << 10 });
        for (var i = 0; i < RecordCount; i++)
        {
            var value = Encoding.UTF8.GetBytes($$"""{"text":"reading {{i}} {{new string('x', 300)}}"}""");
            await stream.AppendAsync(KeyOf(stream, i % 2), value);
        }

        await store.DisposeAsync();
        return folder;
    }

    /// <summary>The one key that a shard's records have.</summary>
    private static byte[] KeyOf(DataStream stream, int shard) => Enumerable.Range(0, 100)
        .Select(number => Encoding.UTF8.GetBytes($"device-{number}"))
        .First(key => stream.ShardFor(key) == stream.Shards[shard]);
}
