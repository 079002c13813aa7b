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
        var options = new LogOptions(long.MaxValue);
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
        return options.ToCommand(
            "stat",
            "Count records, bytes, sizes, rates and the busiest keys of each log; reads all of it.",
            output,
            [top],
            parsed => Count(
                output,
                options.Targets(parsed),
                options.Range(parsed),
                parsed.GetValue(top),
                options.IsJson(parsed)));
    }

    private static int Count(CommandOutput output, LogTargets targets, LogRange range, int topCount, bool isJson)
    {
        var isUnreadable = false;
        var statistics = new List<LogStatistics>();
        var sizes = targets.MeasureFiles();
        using var progress = new ProgressLine(output, isShown: true, sizes.Sum());
        for (var i = 0; i < sizes.Length; i++)
        {
            var target = targets.All[i];
            using var look = targets.Open(target);
            var counted = new LogStatistics(target, topCount);
            counted.Read(look, range, new RangeProgress(progress, target, sizes[i]));
            statistics.Add(counted);
            progress.Clear();
            if (!isJson)
            {
                counted.Write(output);
            }

            isUnreadable |= look.TellUnreadable(output);
        }

        if (isJson)
        {
            JsonText.PrintLogs(output.Out, targets, (json, at) => statistics[at].Write(json));
        }

        return isUnreadable ? ExitCode.Damaged : ExitCode.Ok;
    }
}
