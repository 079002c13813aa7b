using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream streams scale</c>, <c>split</c> and <c>merge</c>: other shards for a stream of a running
/// gateway.</summary>
internal static class ReshardCommands
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream streams scale readings --shards 4",
        "edgestream streams split readings shardId-000000000000",
        "edgestream streams split readings shardId-000000000000 --at 170141183460469231731687303715884105728",
        "edgestream streams merge readings shardId-000000000001 shardId-000000000002",
    ];

    /// <summary>The commands.</summary>
    public static Command[] Create(CommandOutput output) => [Scale(output), Split(output), Merge(output)];

    private static Command Scale(CommandOutput output)
    {
        var shards = new Option<int>("--shards")
        {
            Description = "How many open shards share the hash keys evenly afterwards, 1 to 64.",
            HelpName = "N",
            Required = true,
        };
        var command = new Command(
            "scale", "Split and merge a stream's shards until so many are open. Records keep their order by key.")
        {
            shards,
        };
        return Complete(command, output, parsed => Json(writer =>
            writer.WriteNumber("shards", parsed.GetValue(shards))));
    }

    private static Command Split(CommandOutput output)
    {
        var shard = Shard("shard", "The open shard to split.");
        var at = new Option<string?>("--at")
        {
            Description = "The hash key that begins the upper part. Default: the middle.", HelpName = "HASHKEY",
        };
        var command = new Command("split", "Split an open shard of a stream in two.") { at };
        return Complete(command, output, parsed => Json(writer =>
        {
            writer.WriteString("split", parsed.GetValue(shard));
            if (parsed.GetValue(at) is { } key)
            {
                writer.WriteString("at", key);
            }
        }), shard);
    }

    private static Command Merge(CommandOutput output)
    {
        var first = Shard("shard", "An open shard.");
        var second = Shard("adjacent", "The open shard whose hash keys lie beside it.");
        var command = new Command("merge", "Merge two open shards of a stream whose hash keys lie side by side.");
        return Complete(command, output, parsed => Json(writer =>
        {
            writer.WriteStartArray("merge");
            writer.WriteStringValue(parsed.GetValue(first));
            writer.WriteStringValue(parsed.GetValue(second));
            writer.WriteEndArray();
        }), first, second);
    }

    private static Argument<string> Shard(string name, string description) => new(name) { Description = description };

    /// <summary>What the three have in common: the stream, the gateway, and what is printed.</summary>
    private static Command Complete(
        Command command, CommandOutput output, Func<ParseResult, byte[]> body, params Argument[] arguments)
    {
        var stream = new Argument<string>("stream") { Description = "The stream." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        command.Arguments.Add(stream);
        foreach (var argument in arguments)
        {
            command.Arguments.Add(argument);
        }

        command.Options.Add(url);
        command.Options.Add(json);
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var path = $"/api/streams/{Uri.EscapeDataString(parsed.GetValue(stream)!)}/shards";
            using var answer = await client.PostOkAsync(path, body(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
            }
            else
            {
                Write(output, answer.RootElement.GetProperty("shards"));
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void Write(CommandOutput output, JsonElement shards)
    {
        var table = new TextTable("shard", "state", "parents", "startingHashKey", "endingHashKey");
        foreach (var shard in shards.EnumerateArray())
        {
            table.Add(
                shard.GetProperty("id").GetString()!,
                shard.GetProperty("state").GetString()!,
                ParentsOf(shard),
                shard.GetProperty("startingHashKey").GetString()!,
                shard.GetProperty("endingHashKey").GetString()!);
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private static string ParentsOf(JsonElement shard)
    {
        var text = new StringBuilder(shard.TryGetProperty("parentShard", out var parent) ? parent.GetString() : "-");
        if (shard.TryGetProperty("adjacentParentShard", out var adjacent))
        {
            text.Append(CultureInfo.InvariantCulture, $" {adjacent.GetString()}");
        }

        return text.ToString();
    }
}
