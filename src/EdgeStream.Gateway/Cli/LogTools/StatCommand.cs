using System.CommandLine;

namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary><c>edgestream log stat</c>: sizes, counts, rates, and who sends most.</summary>
internal static class StatCommand
{
    private const int TopDefault = 10;
    private const int TopMax = 1000;

    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream log stat",
        "edgestream log stat --stream readings --top 20",
        "edgestream log stat /mnt/card --from 2026-01-31T12:00:00Z --json | jq '.logs[].bytesPerRecord'",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new LogOptions();
        var range = new LogRange.Options(long.MaxValue);
        var top = new Option<int>("--top")
        {
            Description = $"How many of the busiest keys to show, 0 to {TopMax}.",
            HelpName = "COUNT",
            DefaultValueFactory = _ => TopDefault,
        };
        top.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var count)
                || count is < 0 or > TopMax))
            {
                result.AddError($"--top cannot be '{result.Tokens[0].Value}'; allowed: 0 to {TopMax}.");
            }
        });
        var command = new Command(
            "stat", "Count records, bytes, sizes, rates and the busiest keys of each log; reads all of it.");
        options.AddTo(command);
        range.AddTo(command);
        command.Options.Add(top);
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var wanted = range.Range(parsed);
            var targets = options.Targets(parsed);
            var statistics = new List<LogStatistics>();
            foreach (var target in targets.All)
            {
                var counted = new LogStatistics(target, parsed.GetValue(top));
                counted.Read(wanted);
                statistics.Add(counted);
                if (!options.IsJson(parsed))
                {
                    counted.Write(output);
                }
            }

            if (options.IsJson(parsed))
            {
                Print(output, targets, statistics);
            }

            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static void Print(CommandOutput output, LogTargets targets, List<LogStatistics> statistics) =>
        JsonText.Print(output.Out, json =>
        {
            json.WriteBoolean("live", targets.IsLive);
            json.WriteStartArray("logs");
            foreach (var counted in statistics)
            {
                counted.Write(json);
            }

            json.WriteEndArray();
        });
}
