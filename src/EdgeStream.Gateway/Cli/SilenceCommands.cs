using System.CommandLine;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream alerts silence</c>, <c>silences</c> and <c>unsilence</c>: alerts that nobody is to be told of
/// for a while.</summary>
internal static class SilenceCommands
{
    /// <summary>The commands.</summary>
    public static Command[] Create(CommandOutput output) => [Silence(output), List(output), End(output)];

    private static Command Silence(CommandOutput output)
    {
        var rule = new Option<string?>("--rule")
        {
            Description = "Alerts of this rule; a * at the end matches any rest.", HelpName = "RULE",
        };
        var key = new Option<string?>("--key", "-k")
        {
            Description = "Alerts of this partition key, the same way.", HelpName = "KEY",
        };
        var severity = new Option<string?>("--severity")
        {
            Description = "Alerts of this severity.", HelpName = "WORD",
        };
        severity.AcceptOnlyFromAmong("info", "warning", "critical");
        var labels = new Option<string[]>("--label", "-l")
        {
            Description = "Alerts with this label, as name=text; may be given more than once.", HelpName = "NAME=TEXT",
            AllowMultipleArgumentsPerToken = false,
        };
        var duration = new Option<string?>("--for") { Description = "For so long, such as 2h.", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Until this time, ISO 8601.", HelpName = "TIME" };
        var by = AcknowledgeCommands.By();
        var comment = AcknowledgeCommands.Comment();
        var url = CommonOptions.Url();
        var command = new Command(
            "silence",
            "Tell nobody of some alerts for a while. They fire, and stand in the alerts stream, all the same.")
        {
            rule, key, severity, labels, duration, until, by, comment, url,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            var body = CommandJson.Build(writer =>
            {
                WriteOptional(writer, "rule", parsed.GetValue(rule));
                WriteOptional(writer, "key", parsed.GetValue(key));
                WriteOptional(writer, "severity", parsed.GetValue(severity));
                WriteOptional(writer, "for", parsed.GetValue(duration));
                WriteOptional(writer, "until", parsed.GetValue(until));
                WriteOptional(writer, "comment", parsed.GetValue(comment));
                writer.WriteString("by", parsed.GetValue(by));
                WriteLabels(writer, parsed.GetValue(labels) ?? []);
            });
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.PostOkAsync("/api/silences", body, cancellationToken);
            var silence = answer.RootElement;
            output.Out.WriteLine(
                $"{silence.GetProperty("id").GetString()} until {silence.GetProperty("until").GetString()}");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command List(CommandOutput output)
    {
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("silences", "The silences that count now.") { url, json };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.GetOkAsync("/api/silences", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
                return ExitCode.Ok;
            }

            var table = new TextTable("id", "rule", "key", "severity", "labels", "UNTIL", "by", "comment");
            foreach (var silence in answer.RootElement.GetProperty("silences").EnumerateArray())
            {
                table.Add(
                    Text(silence, "id"), Text(silence, "rule"), Text(silence, "key"), Text(silence, "severity"),
                    LabelsOf(silence), Text(silence, "until"), Text(silence, "by"), Text(silence, "comment"));
            }

            table.Write(output.Out, output.IsTerminal);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command End(CommandOutput output)
    {
        var id = new Argument<string>("id") { Description = "The silence's id." };
        var url = CommonOptions.Url();
        var command = new Command("unsilence", "End a silence now.") { id, url };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            using var answer = await client.DeleteOkAsync(
                $"/api/silences/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken);
            output.Out.WriteLine($"{parsed.GetValue(id)} has ended.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteLabels(Utf8JsonWriter writer, string[] labels)
    {
        if (labels.Length == 0)
        {
            return;
        }

        writer.WriteStartObject("labels");
        foreach (var label in labels)
        {
            var end = label.IndexOf('=');
            if (end <= 0)
            {
                throw new CommandException(ExitCode.Usage, $"--label cannot be '{label}'; write name=text.");
            }

            writer.WriteString(label[..end], label[(end + 1)..]);
        }

        writer.WriteEndObject();
    }

    private static string LabelsOf(JsonElement silence)
    {
        if (!silence.TryGetProperty("labels", out var labels))
        {
            return "-";
        }

        var texts = new List<string>();
        foreach (var label in labels.EnumerateObject())
        {
            texts.Add($"{label.Name}={label.Value.GetString()}");
        }

        return string.Join(',', texts);
    }

    private static string Text(JsonElement silence, string name) =>
        silence.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : "-";
}
