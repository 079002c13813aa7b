using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream streams</c>: what a running gateway holds.</summary>
internal static class StreamsCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream streams",
        "edgestream streams --url http://pi:8080",
        "edgestream streams --groups",
        "edgestream streams --json | jq '.streams[].name'",
        "edgestream streams scale readings --shards 4",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var groups = new Option<bool>("--groups") { Description = "Consumer groups, and how far behind they are." };
        var command = new Command("streams", "List the streams of a running gateway, or change one's shards.")
        {
            url, json, groups,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync("/api/streams", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
            }
            else if (parsed.GetValue(groups))
            {
                WriteGroups(output, answer.RootElement.GetProperty("streams"));
            }
            else
            {
                Write(output, answer.RootElement.GetProperty("streams"));
            }

            return ExitCode.Ok;
        }));
        foreach (var reshard in ReshardCommands.Create(output))
        {
            reshard.Options.Add(help(ReshardCommands.Examples));
            command.Subcommands.Add(reshard);
        }

        return command;
    }

    /// <summary>How many are open; behind it how many are closed and hold records still, where there are any.</summary>
    private static string ShardsOf(JsonElement shards)
    {
        var closed = 0;
        foreach (var shard in shards.EnumerateArray())
        {
            closed += shard.TryGetProperty("state", out var state) && state.ValueEquals("closed") ? 1 : 0;
        }

        var open = shards.GetArrayLength() - closed;
        return closed == 0
            ? open.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{open} (+{closed} closed)");
    }

    private static void Write(CommandOutput output, JsonElement streams)
    {
        var table = new TextTable(
            "STREAM", "SHARDS", "RECORDS", "SIZE", "RECORDS/S", "EVICTED", "LOST", "REPEATED", "durability", "state");
        foreach (var stream in streams.EnumerateArray())
        {
            var bytes = stream.GetProperty("bytes").GetInt64();
            table.Add(
                stream.GetProperty("name").GetString()!,
                ShardsOf(stream.GetProperty("shards")),
                stream.GetProperty("records").GetRawText(),
                output.IsTerminal ? SizeText.Round(bytes) : bytes.ToString(CultureInfo.InvariantCulture),
                stream.GetProperty("recordsPerSecond").GetRawText(),
                stream.GetProperty("evictedRecords").GetRawText(),
                stream.GetProperty("lostRecords").GetRawText(),
                stream.TryGetProperty("duplicateRecords", out var repeated) ? repeated.GetRawText() : "0",
                stream.GetProperty("durability").GetString()!,
                stream.GetProperty("state").GetString()!);
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private static void WriteGroups(CommandOutput output, JsonElement streams)
    {
        var table = new TextTable("STREAM", "group", "MEMBERS", "PENDING");
        foreach (var stream in streams.EnumerateArray())
        {
            foreach (var group in stream.GetProperty("groups").EnumerateArray())
            {
                table.Add(
                    stream.GetProperty("name").GetString()!,
                    group.GetProperty("name").GetString()!,
                    group.GetProperty("members").GetRawText(),
                    group.GetProperty("pendingRecords").GetRawText());
            }
        }

        table.Write(output.Out, output.IsTerminal);
    }
}
