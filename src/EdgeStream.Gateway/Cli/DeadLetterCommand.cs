using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream dead-letter</c>: what to do with messages that were put aside.</summary>
internal static class DeadLetterCommand
{
    private const string ReplayPath = "/api/dead-letter/replay";

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream dead-letter replay --dry-run",
        "edgestream dead-letter replay",
        "edgestream dead-letter replay --from 2026-01-31T12:00:00Z --topic 'site/#'",
        "edgestream tap dead-letter --from trim-horizon --limit 10",
    ];

    /// <summary>The command and the one below it.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var replay = CreateReplay(output);
        replay.Options.Add(help(Examples));
        return new Command("dead-letter", "Work with the messages that were put aside.") { replay };
    }

    private static Command CreateReplay(CommandOutput output)
    {
        var from = new Option<string>("--from")
        {
            Description = "Where to begin: trim-horizon, a sequence number or an ISO 8601 time.", HelpName = "POSITION",
            DefaultValueFactory = _ => "trim-horizon",
        };
        var to = new Option<string?>("--to")
        {
            Description = "Where to end: a sequence number or an ISO 8601 time, which is left out.",
            HelpName = "POSITION",
        };
        var topic = new Option<string?>("--topic")
        {
            Description = "Only messages whose topics match this filter.", HelpName = "FILTER",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would be done." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "replay", "Take dead letters again after the routes were fixed, each once; exits with 1 when some are "
                + "still refused.")
        {
            from, to, topic, dryRun, url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var run = new Replay(client, output, parsed.GetValue(dryRun), parsed.GetValue(json));
            return await run.RunAsync(
                parsed.GetValue(from)!, parsed.GetValue(to), parsed.GetValue(topic), cancellationToken);
        }));
        return command;
    }

    private sealed class Replay(GatewayClient client, CommandOutput output, bool isDryRun, bool isJson)
    {
        private readonly Dictionary<string, int> _outcomes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
        private long _records;
        private string? _problem;

        public async Task<int> RunAsync(
            string from, string? to, string? topic, CancellationToken cancellationToken)
        {
            foreach (var shard in await ShardsAsync(cancellationToken))
            {
                var position = from;
                var isAtEnd = false;
                while (!isAtEnd && _problem is null)
                {
                    using var answer = await client.PostOkAsync(
                        ReplayPath, Request(shard, position, to, topic), cancellationToken);
                    Take(answer.RootElement);
                    position = answer.RootElement.GetProperty("next").GetString()!;
                    isAtEnd = answer.RootElement.GetProperty("atEnd").GetBoolean();
                }
            }

            return Finish();
        }

        private async Task<List<string>> ShardsAsync(CancellationToken cancellationToken)
        {
            using var answer = await client.GetOkAsync("/api/streams", cancellationToken);
            return
            [
                .. answer.RootElement.GetProperty("streams").EnumerateArray()
                    .Where(stream => stream.GetProperty("name").GetString() == "dead-letter")
                    .SelectMany(stream => stream.GetProperty("shards").EnumerateArray())
                    .Select(shard => shard.GetProperty("id").GetString()!),
            ];
        }

        private byte[] Request(string shard, string from, string? to, string? topic)
        {
            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes))
            {
                writer.WriteStartObject();
                writer.WriteString("shard", shard);
                writer.WriteString("from", from);
                writer.WriteString("to", to);
                writer.WriteString("topic", topic);
                writer.WriteBoolean("dryRun", isDryRun);
                writer.WriteEndObject();
            }

            return bytes.ToArray();
        }

        private void Take(JsonElement answer)
        {
            foreach (var letter in answer.GetProperty("letters").EnumerateArray())
            {
                var outcome = letter.GetProperty("outcome").GetString()!;
                _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
                _records += letter.GetProperty("records").GetInt64();
                if (outcome is "still-refused" or "not-replayable"
                    && letter.GetProperty("reason").GetString() is { } reason)
                {
                    _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
                }
            }

            _problem = answer.GetProperty("problem").GetString();
            if (isJson)
            {
                output.Out.WriteLine(answer.GetRawText());
            }
            else if (output.IsTerminal)
            {
                output.Error.WriteLine(Describe());
            }
        }

        private int Finish()
        {
            if (!isJson)
            {
                output.Out.WriteLine(Describe());
                foreach (var (reason, count) in _reasons.OrderByDescending(entry => entry.Value))
                {
                    output.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count} × {reason}"));
                }
            }

            if (_problem is not null)
            {
                throw new CommandException(ExitCode.Unavailable, $"The replay ended early: {_problem}");
            }

            return _outcomes.ContainsKey("still-refused") ? ExitCode.Unhealthy : ExitCode.Ok;
        }

        private string Describe()
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{_outcomes.GetValueOrDefault("replayed")} ");
            text.Append(isDryRun ? "letters would be replayed" : "letters replayed");
            text.Append(CultureInfo.InvariantCulture, $" as {_records} records, ");
            text.Append(CultureInfo.InvariantCulture,
                $"{_outcomes.GetValueOrDefault("already-replayed")} were before, ");
            text.Append(CultureInfo.InvariantCulture,
                $"{_outcomes.GetValueOrDefault("still-refused")} still refused, ");
            text.Append(CultureInfo.InvariantCulture,
                $"{_outcomes.GetValueOrDefault("not-replayable")} not replayable");
            return text.ToString();
        }
    }
}
