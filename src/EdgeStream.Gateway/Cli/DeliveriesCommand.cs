using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream deliveries</c>: how far a running gateway's deliveries are.</summary>
internal static class DeliveriesCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream deliveries",
        "edgestream deliveries --json | jq '.deliveries[].backlogRecords'",
        "edgestream deliveries drain",
        "edgestream deliveries flush",
        "edgestream deliveries audit",
        "edgestream deliveries audit /mnt/card",
    ];

    /// <summary>The command and the one below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "deliveries", "List the deliveries of a running gateway, account for them, or follow them.")
        {
            url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync("/api/deliveries", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
            }
            else
            {
                Write(output, answer.RootElement.GetProperty("deliveries"));
            }

            return ExitCode.Ok;
        }));
        var audit = AuditCommand.Create(output);
        audit.Options.Add(help(AuditCommand.Examples));
        command.Subcommands.Add(audit);
        var drain = DrainCommand.Create(output);
        drain.Options.Add(help(DrainCommand.Examples));
        command.Subcommands.Add(drain);
        var flush = FlushCommand.Create(output);
        flush.Options.Add(help(FlushCommand.Examples));
        command.Subcommands.Add(flush);
        return command;
    }

    private static void Write(CommandOutput output, JsonElement deliveries)
    {
        var table = new TextTable(
            "DELIVERY", "stream", "APPENDED", "DELIVERED", "EVICTED", "REJECTED", "FILTERED", "BACKLOG", "SIZE",
            "LAG", "ETA", "BATCHES", "RETRIED", "SENT", "RECEIVED", "B/RECORD", "state");
        foreach (var delivery in deliveries.EnumerateArray())
        {
            table.Add(
                delivery.GetProperty("name").GetString()!,
                delivery.GetProperty("stream").GetString()!,
                delivery.GetProperty("appendedRecords").GetRawText(),
                delivery.GetProperty("deliveredRecords").GetRawText(),
                delivery.GetProperty("evictedRecords").GetRawText(),
                delivery.GetProperty("rejectedRecords").GetRawText(),
                delivery.GetProperty("filteredRecords").GetRawText(),
                delivery.GetProperty("backlogRecords").GetRawText(),
                Bytes(output, delivery.GetProperty("backlogBytes").GetInt64()),
                Seconds(output, delivery.GetProperty("lagSeconds")),
                Seconds(output, delivery.GetProperty("etaSeconds")),
                delivery.GetProperty("deliveredObjects").GetRawText(),
                delivery.GetProperty("retriedRecords").GetRawText(),
                Bytes(output, delivery.GetProperty("wireSentBytes").GetInt64()),
                Bytes(output, delivery.GetProperty("wireReceivedBytes").GetInt64()),
                Cost(delivery.GetProperty("wireBytesPerRecord")),
                StateOf(delivery));
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private static string Bytes(CommandOutput output, long bytes) =>
        output.IsTerminal ? SizeText.Round(bytes) : bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Bytes over the link for each record that was delivered; a dash where none was.</summary>
    private static string Cost(JsonElement bytes) => bytes.ValueKind == JsonValueKind.Null ? "-"
        : bytes.GetDouble().ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A span for a person, seconds for a program; a dash where there is none.</summary>
    private static string Seconds(CommandOutput output, JsonElement seconds) =>
        seconds.ValueKind == JsonValueKind.Null ? "-"
        : output.IsTerminal ? TimeSpan.FromSeconds(Math.Ceiling(seconds.GetDouble())).ToString("c")
        : seconds.GetRawText();

    /// <summary>What it does, and what of its link holds it up.</summary>
    private static string StateOf(JsonElement delivery)
    {
        var state = delivery.GetProperty("state").GetString()!;
        var hold = delivery.GetProperty("hold").GetString();
        var breaker = delivery.GetProperty("breaker").GetString();
        return hold != "none" ? $"{state} ({hold})" : breaker != "closed" ? $"{state} (breaker {breaker})" : state;
    }
}
