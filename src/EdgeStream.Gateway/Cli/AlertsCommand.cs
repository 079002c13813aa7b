using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream alerts</c>: which alerts fire or are about to, and what people have decided about
/// them.</summary>
internal static class AlertsCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream alerts",
        "edgestream alerts --json | jq '.alerts[] | select(.state == \"firing\")'",
        "edgestream alerts history --rule 'cpu-*' --from 2026-01-31T00:00:00Z",
        "edgestream alerts ack 3f2a… --comment 'on my way'",
        "edgestream alerts silence --rule kiln-hot --key kiln-1 --for 2h --comment 'being repaired'",
        "edgestream alerts silences",
    ];

    /// <summary>The command and those below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "alerts", "List the alerts of a running gateway, acknowledge or silence them, or look back.")
        {
            url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync("/api/alerts", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
            }
            else
            {
                Write(output, answer.RootElement);
            }

            return ExitCode.Ok;
        }));
        Command[] below =
        [
            History(output), .. AcknowledgeCommands.Create(output), .. SilenceCommands.Create(output),
        ];
        foreach (var one in below)
        {
            one.Options.Add(help(Examples));
            command.Subcommands.Add(one);
        }

        return command;
    }

    private static Command History(CommandOutput output)
    {
        var rule = new Option<string?>("--rule")
        {
            Description = "Only of this rule; a * at the end matches any rest.", HelpName = "RULE",
        };
        var key = new Option<string?>("--key", "-k")
        {
            Description = "Only of this partition key, the same way.", HelpName = "KEY",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Only what stood after this time.", HelpName = "TIME",
        };
        var to = new Option<string?>("--to") { Description = "Only what stood before this time.", HelpName = "TIME" };
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many; 100.", HelpName = "COUNT" };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("history", "The alerts that stood in a time, the newest first.")
        {
            rule, key, from, to, limit, url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            var query = new List<string>();
            Add(query, "rule", parsed.GetValue(rule));
            Add(query, "key", parsed.GetValue(key));
            Add(query, "from", parsed.GetValue(from));
            Add(query, "to", parsed.GetValue(to));
            Add(query, "limit", parsed.GetValue(limit)?.ToString(CultureInfo.InvariantCulture));
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync(
                $"/api/alerts/history?{string.Join('&', query)}", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
                return ExitCode.Ok;
            }

            Write(output, answer.RootElement);
            if (!answer.RootElement.GetProperty("complete").GetBoolean())
            {
                output.Error.WriteLine(
                    "edgestream: only the newest 100000 records were looked at; name an earlier --to.");
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Add(List<string> query, string name, string? value)
    {
        if (value is not null)
        {
            query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    private static void Write(CommandOutput output, JsonElement answer)
    {
        var table = new TextTable("state", "severity", "rule", "key", "FIRED", "RESOLVED", "id", "message");
        foreach (var list in new[] { "pending", "alerts" })
        {
            if (answer.TryGetProperty(list, out var alerts))
            {
                foreach (var alert in alerts.EnumerateArray())
                {
                    table.Add(
                        StateOf(alert), Text(alert, "severity"), Text(alert, "rule"), Text(alert, "key"),
                        Text(alert, "firedAt"), Text(alert, "resolvedAt"), Text(alert, "id"), Text(alert, "message"));
                }
            }
        }

        table.Write(output.Out, output.IsTerminal);
    }

    /// <summary>The state and what people have decided: <c>firing,silenced,acknowledged</c>.</summary>
    private static string StateOf(JsonElement alert)
    {
        var state = Text(alert, "state");
        state += alert.TryGetProperty("silence", out _) ? ",silenced" : "";
        state += alert.TryGetProperty("acknowledged", out _) ? ",acknowledged" : "";
        return state + (alert.TryGetProperty("flapping", out _) ? ",flapping" : "");
    }

    private static string Text(JsonElement alert, string name) =>
        alert.TryGetProperty(name, out var value) ? value.GetString() ?? "-" : "-";
}
