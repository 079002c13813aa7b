using System.CommandLine;
using System.Globalization;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Backtest;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream backtest</c>: what a rule would have raised on the records that are stored, beside what was
/// raised.</summary>
/// <remarks>Reads the files of the logs and changes nothing, also beside a running gateway, as <c>edgestream log</c>
/// does.</remarks>
internal static class BacktestCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream backtest cpu-hot --from 7d",
        "edgestream backtest --rule draft.yaml --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z",
        "edgestream backtest kiln-hot --config edgestream.yaml --data /mnt/card --json | jq .alerts",
        "edgestream backtest cpu-hot --from 1d --check && echo nothing changes",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var name = new Argument<string?>("rule")
        {
            Description = "The rule's name; may be left out where --rule names a file with one rule.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var draft = new Option<string?>("--rule")
        {
            Description = "Take the rule from this file, written as in the configuration (rules: - name: …), instead "
                + "of from the configuration.",
            HelpName = "FILE",
        };
        var data = new Option<string?>("--data", "-d")
        {
            Description = "The data folder. Default: the configured one.", HelpName = "FOLDER",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Since when: a time in ISO 8601, or how long ago, such as 7d. Default: all there is.",
            HelpName = "TIME",
        };
        var to = new Option<string?>("--to")
        {
            Description = "Until when, the same way. Default: now.", HelpName = "TIME",
        };
        var warmUp = new Option<string>("--warm-up")
        {
            Description = "What arrived so long before --from is evaluated first, so that the rule knows what it would "
                + "have known then.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => "1h",
        };
        var check = new Option<bool>("--check") { Description = "End with 1 where the two differ." };
        var json = CommonOptions.Json();
        var keys = new LogKeys();
        var command = new Command(
            "backtest", "Run a rule over the stored records at full speed: the alerts that it would have raised, "
                + "beside those that were. Nothing is changed; a gateway may be running.")
        {
            name, draft, data, from, to, warmUp, check, json,
        };
        keys.AddTo(command);
        command.SetAction((parsed, _) => CommandGuard.RunAsync(output, () =>
        {
            var now = DateTimeOffset.UtcNow;
            var config = LoadConfig(keys.ConfigFile(parsed));
            var rule = FindRule(parsed.GetValue(name), parsed.GetValue(draft), config);
            var time = new BacktestTime(
                TimeOf("--from", parsed.GetValue(from), now),
                TimeOf("--to", parsed.GetValue(to), now),
                DurationOf("--warm-up", parsed.GetValue(warmUp)!));
            var run = new BacktestRun(output, rule, time, isProgressShown: !parsed.GetValue(json));
            var report = Run(run, rule, parsed.GetValue(data) ?? config.DataFolder, keys.Read(parsed));
            Write(output, report, parsed.GetValue(json));
            return Task.FromResult(
                run.IsDamaged ? ExitCode.Damaged
                : parsed.GetValue(check) && report.IsDifferent ? ExitCode.Unhealthy
                : ExitCode.Ok);
        }));
        return command;
    }

    private static BacktestReport Run(
        BacktestRun run, RuleDefinition rule, string folder, LogEncryption? encryption)
    {
        run.Replay(LogTargets.Find(folder, rule.Stream, null, null, encryption));
        run.ReadRaised(folder, encryption);
        return run.Compare();
    }

    private static void Write(CommandOutput output, BacktestReport report, bool isJson)
    {
        if (isJson)
        {
            output.Out.WriteLine(report.ToJson());
        }
        else
        {
            report.Write(output);
        }
    }

    private static GatewayConfig LoadConfig(string? named)
    {
        try
        {
            return ConfigLoader.Load(ConfigLoader.Find(named), ConfigContext.ToRead());
        }
        catch (ConfigException refused)
        {
            throw new CommandException(ExitCode.Config, refused.Message);
        }
    }

    private static RuleDefinition FindRule(string? name, string? draft, GatewayConfig config)
    {
        try
        {
            var rules = draft is null ? config.Rules : DraftRules.Load(draft, config.Streams, ConfigContext.ToRead());
            if (name is null && draft is not null && rules.Count == 1)
            {
                return rules[0];
            }

            var names = string.Join(", ", rules.Select(rule => rule.Name));
            return rules.FirstOrDefault(rule => rule.Name == name) ?? throw new CommandException(
                ExitCode.Usage,
                name is null ? $"Name the rule: {names}." : $"There is no rule '{name}' (rules: {names}).");
        }
        catch (ConfigException refused)
        {
            throw new CommandException(ExitCode.Config, refused.Message);
        }
    }

    private static Timestamp? TimeOf(string option, string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var ago) && text != "0")
        {
            return Timestamp.From(now - ago);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Timestamp.From(time)
            : throw new CommandException(
                ExitCode.Usage,
                $"{option} cannot be '{text}'; write a time like 2026-01-31T12:00:00Z, or how long ago, like 7d.");
    }

    private static TimeSpan DurationOf(string option, string text) => DurationText.TryParse(text, out var duration)
        ? duration
        : throw new CommandException(
            ExitCode.Usage, $"{option} cannot be '{text}'; write {DurationText.Allowed}.");
}
