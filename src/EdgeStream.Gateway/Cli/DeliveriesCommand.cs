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
        "edgestream deliveries audit",
        "edgestream deliveries audit /mnt/card",
    ];

    /// <summary>The command and the one below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("deliveries", "List the deliveries of a running gateway, or account for them.")
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
        return command;
    }

    private static void Write(CommandOutput output, JsonElement deliveries)
    {
        var table = new TextTable(
            "DELIVERY", "stream", "APPENDED", "DELIVERED", "EVICTED", "REJECTED", "FILTERED", "BACKLOG", "SIZE",
            "RETRIED", "state");
        foreach (var delivery in deliveries.EnumerateArray())
        {
            var bytes = delivery.GetProperty("backlogBytes").GetInt64();
            table.Add(
                delivery.GetProperty("name").GetString()!,
                delivery.GetProperty("stream").GetString()!,
                delivery.GetProperty("appendedRecords").GetRawText(),
                delivery.GetProperty("deliveredRecords").GetRawText(),
                delivery.GetProperty("evictedRecords").GetRawText(),
                delivery.GetProperty("rejectedRecords").GetRawText(),
                delivery.GetProperty("filteredRecords").GetRawText(),
                delivery.GetProperty("backlogRecords").GetRawText(),
                output.IsTerminal ? SizeText.Round(bytes) : bytes.ToString(CultureInfo.InvariantCulture),
                delivery.GetProperty("retriedRecords").GetRawText(),
                delivery.GetProperty("state").GetString()!);
        }

        table.Write(output.Out, output.IsTerminal);
    }
}
