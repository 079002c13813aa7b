using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream tap</c>: follows a stream of a running gateway, by long polling.</summary>
internal static class TapCommand
{
    private const int BatchMax = 1000;
    private const int WaitSeconds = 20;

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream tap readings",
        "edgestream tap readings --from trim-horizon --limit 100",
        "edgestream tap readings --key greenhouse/north --json | jq .data.temperature",
        "edgestream tap alerts --from 2026-01-31T12:00:00Z",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var stream = new Argument<string>("stream") { Description = "The stream's name." };
        var from = new Option<string>("--from")
        {
            Description = "Where to begin: latest, trim-horizon, a sequence number or an ISO 8601 time.",
            HelpName = "POSITION",
            DefaultValueFactory = _ => "latest",
        };
        var limit = new Option<long?>("--limit", "-n")
        {
            Description = "End after this many records.", HelpName = "COUNT",
        };
        var key = new Option<string?>("--key", "-k")
        {
            Description = "Only records with this partition key; a * at the end matches any rest.", HelpName = "KEY",
        };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command("tap", "Follow a stream of a running gateway.")
        {
            stream, from, limit, key, url, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var tap = new Tap(client, output, parsed.GetValue(key), parsed.GetValue(json));
            await tap.FollowAsync(
                parsed.GetValue(stream)!,
                parsed.GetValue(from)!,
                parsed.GetValue(limit) ?? long.MaxValue,
                cancellationToken);
            return ExitCode.Ok;
        }));
        return command;
    }

    private sealed class Tap(GatewayClient client, CommandOutput output, string? key, bool isJson)
    {
        private long _left;

        public async Task FollowAsync(string stream, string from, long limit, CancellationToken cancellationToken)
        {
            _left = limit;
            while (_left > 0)
            {
                var count = key is null ? Math.Min(_left, BatchMax) : BatchMax;
                var path = string.Create(CultureInfo.InvariantCulture,
                    $"/api/streams/{Uri.EscapeDataString(stream)}/records?from={Uri.EscapeDataString(from)}"
                        + $"&limit={count}&waitSeconds={WaitSeconds}");
                using var answer = await client.GetOkAsync(path, cancellationToken);
                PrintAll(answer.RootElement);

                output.Out.Flush();
                from = answer.RootElement.GetProperty("next").GetString()!;
            }
        }

        /// <summary>The records, and between them what is missing, each where its numbers belong.</summary>
        private void PrintAll(JsonElement answer)
        {
            JsonElement[] gaps = answer.TryGetProperty("gaps", out var found) ? [.. found.EnumerateArray()] : [];
            var next = 0;
            foreach (var record in answer.GetProperty("records").EnumerateArray())
            {
                while (next < gaps.Length && IsBefore(gaps[next], record))
                {
                    PrintGap(gaps[next++]);
                }

                Print(record);
            }

            while (next < gaps.Length)
            {
                PrintGap(gaps[next++]);
            }
        }

        private static bool IsBefore(JsonElement gap, JsonElement record) =>
            gap.GetProperty("shard").GetString() == record.GetProperty("shard").GetString()
            && gap.GetProperty("last").GetInt64() < record.GetProperty("sequence").GetInt64();

        private void PrintGap(JsonElement gap)
        {
            if (isJson)
            {
                output.Out.WriteLine($"{{\"gap\":{gap.GetRawText()}}}");
                return;
            }

            output.Error.WriteLine(
                $"{gap.GetProperty("shard").GetString()}: records {gap.GetProperty("first").GetRawText()} to "
                + $"{gap.GetProperty("last").GetRawText()} are missing: {gap.GetProperty("reason").GetString()}.");
        }

        private void Print(JsonElement record)
        {
            var recordKey = record.GetProperty("key").GetString()!;
            if (_left == 0 || !IsWanted(recordKey))
            {
                return;
            }

            _left--;
            if (isJson)
            {
                output.Out.WriteLine(record.GetRawText());
                return;
            }

            var data = record.TryGetProperty("data", out var json)
                ? json.GetRawText()
                : $"base64:{record.GetProperty("dataBase64").GetString()}";
            var time = record.GetProperty("eventTime").GetString();
            output.Out.WriteLine($"{time}\t{record.GetProperty("sequence").GetRawText()}\t{recordKey}\t{data}");
        }

        private bool IsWanted(string recordKey) => key switch
        {
            null => true,
            _ when key.EndsWith('*') => recordKey.StartsWith(key[..^1], StringComparison.Ordinal),
            _ => recordKey == key,
        };
    }
}
