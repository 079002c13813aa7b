using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Gateway.Http;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream deliveries audit</c>: proves that every record is accounted for, and names those that did not
/// arrive.</summary>
internal static class AuditCommand
{
    private const int HourLength = 16;

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream deliveries audit",
        "edgestream deliveries audit --delivery upstream --url http://pi:8080",
        "edgestream deliveries audit /var/lib/edgestream --json | jq '.shards[].gaps'",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "The data folder of a stopped gateway. Default: a running gateway is asked.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var url = CommonOptions.Url();
        var delivery = new Option<string?>("--delivery") { Description = "Only this delivery.", HelpName = "NAME" };
        var json = CommonOptions.Json();
        var keys = new LogKeys();
        var command = new Command(
            "audit",
            "Show for each hour of arrival that appended = delivered + evicted + rejected + filtered + pending, and "
                + "name what did not arrive. A stopped gateway's folder is opened as a start opens it. Exits with 65 "
                + "when it does not add up.")
        {
            folder, url, delivery, json,
        };
        keys.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var answer = parsed.GetValue(folder) is { } path
                ? await ReadAsync(path, keys.Read(parsed))
                : await AskAsync(parsed.GetValue(url)!, cancellationToken);
            var name = parsed.GetValue(delivery);
            var shards = Select(answer.RootElement.GetProperty("shards"), name);
            if (name is not null && shards.Count == 0)
            {
                throw new CommandException(ExitCode.Usage, $"There is no delivery '{name}' that has ever run.");
            }

            if (parsed.GetValue(json))
            {
                WriteJson(output, shards);
            }
            else
            {
                Write(output, shards);
            }

            return AddUp(shards) ? ExitCode.Ok : ExitCode.Damaged;
        }));
        return command;
    }

    private static async Task<JsonDocument> AskAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new GatewayClient(url);
        return await client.GetOkAsync("/api/deliveries/audit", cancellationToken);
    }

    private static async Task<JsonDocument> ReadAsync(string folder, LogEncryption? encryption)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.InputOutput, $"There is no folder {folder}.");
        }

        if (!File.Exists(Path.Combine(folder, FolderLock.FileName)))
        {
            throw new CommandException(ExitCode.InputOutput, $"{folder} is no data folder.");
        }

        await using var store = StreamStore.Open(
            new StreamStoreOptions { Folder = folder, Encryption = encryption });
        var bytes = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(bytes))
        {
            AuditJson.Write(writer, DeliveryAuditor.Audit(store, TimeProvider.System));
        }

        return JsonDocument.Parse(bytes.WrittenMemory.ToArray());
    }

    private static List<JsonElement> Select(JsonElement shards, string? delivery)
    {
        var selected = new List<JsonElement>();
        foreach (var shard in shards.EnumerateArray())
        {
            if (delivery is null || shard.GetProperty("delivery").ValueEquals(delivery))
            {
                selected.Add(shard);
            }
        }

        return selected;
    }

    private static bool AddUp(List<JsonElement> shards) =>
        !shards.Exists(static shard => !shard.GetProperty("addsUp").GetBoolean());

    private static void WriteJson(CommandOutput output, List<JsonElement> shards)
    {
        var texts = shards.ConvertAll(static shard => shard.GetRawText());
        var addsUp = AddUp(shards) ? "true" : "false";
        output.Out.WriteLine($"{{\"addsUp\":{addsUp},\"shards\":[{string.Join(',', texts)}]}}");
    }

    private static void Write(CommandOutput output, List<JsonElement> shards)
    {
        var table = new TextTable(
            "DELIVERY", "stream", "shard", "hour", "APPENDED", "DELIVERED", "EVICTED", "REJECTED", "FILTERED",
            "PENDING", "account");
        foreach (var shard in shards)
        {
            foreach (var hour in shard.GetProperty("hours").EnumerateArray())
            {
                table.Add(
                    Text(shard, "delivery"),
                    Text(shard, "stream"),
                    Text(shard, "shard"),
                    hour.GetProperty("hour").GetString() is { } begin ? $"{begin[..HourLength]}Z" : "earlier",
                    Number(hour, "appendedRecords"),
                    Number(hour, "deliveredRecords"),
                    Number(hour, "evictedRecords"),
                    Number(hour, "rejectedRecords"),
                    Number(hour, "filteredRecords"),
                    Number(hour, "pendingRecords"),
                    hour.GetProperty("addsUp").GetBoolean() ? "adds up" : "does not add up");
            }
        }

        table.Write(output.Out, output.IsTerminal);
        foreach (var shard in shards)
        {
            WriteGaps(output, shard);
        }
    }

    private static void WriteGaps(CommandOutput output, JsonElement shard)
    {
        var place = $"{Text(shard, "delivery")}, {Text(shard, "shard")}";
        foreach (var gap in shard.GetProperty("gaps").EnumerateArray())
        {
            var reason = gap.GetProperty("reason").GetString() is { } text ? $" ({text})" : "";
            output.Out.WriteLine(
                $"{place}: records {Number(gap, "firstSequence")} to {Number(gap, "lastSequence")}: "
                    + $"{Text(gap, "why")}{reason}, noticed at {Text(gap, "noticedAt")}");
        }

        if (shard.GetProperty("unnamedGapRecords").GetInt64() is var unnamed and > 0)
        {
            output.Out.WriteLine($"{place}: {unnamed} records of older gaps are not named any more");
        }

        if (shard.GetProperty("problem").GetString() is { } problem)
        {
            output.Error.WriteLine($"edgestream: {place}: {problem}");
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Number(JsonElement element, string name) => element.GetProperty(name).GetRawText();
}
