using System.CommandLine;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Backtest;
using EdgeStream.Gateway.Cli.LogTools;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Cli;

/// <summary><c>edgestream backtest</c>: what a rule would have raised on the records that are stored, beside what was
/// raised; and what a query would have given, with the rules over its output.</summary>
/// <remarks>For a rule it reads the files of the logs and changes nothing, also beside a running gateway, as
/// <c>edgestream log</c> does. A query is run by the gateway.</remarks>
internal static class BacktestCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream backtest cpu-hot --from 7d",
        "edgestream backtest --rule draft.yaml --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z",
        "edgestream backtest kiln-hot --config edgestream.yaml --data /mnt/card --json | jq .alerts",
        "edgestream backtest cpu-hot --from 1d --check && echo nothing changes",
        "edgestream backtest per-minute --from 7d",
        "edgestream backtest --sql draft.sql --rule draft.yaml --from 7d",
        "edgestream backtest --sql draft.sql --key device --lag 5m --from 7d",
    ];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output)
    {
        var options = new BacktestOptions();
        var command = new Command(
            "backtest", "Run a rule over the stored records at full speed: the alerts that it would have raised, "
                + "beside those that were. Or a query, which a running gateway reads for: its rows, and the alerts of "
                + "rules over them. Nothing is changed.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, () =>
        {
            var now = DateTimeOffset.UtcNow;
            var config = LoadConfig(options.Keys.ConfigFile(parsed));
            var time = new BacktestTime(
                TimeOf("--from", parsed.GetValue(options.From), now),
                TimeOf("--to", parsed.GetValue(options.To), now),
                DurationOf("--warm-up", parsed.GetValue(options.WarmUp)!),
                DurationOf("--lag", parsed.GetValue(options.Lag)!));
            var (isJson, isCheck) = (parsed.GetValue(options.Json), parsed.GetValue(options.Check));
            var rules = RulesOf(parsed.GetValue(options.Draft), config);
            var (file, name) = (parsed.GetValue(options.Sql), parsed.GetValue(options.Name));
            var key = parsed.GetValue(options.Key);
            if (file is null && FindRule(name, parsed.GetValue(options.Draft) is not null, rules) is { } rule)
            {
                RefuseKey(key, rule);
                var folder = parsed.GetValue(options.Data) ?? config.DataFolder;
                var encryption = options.Keys.Read(parsed);
                return Task.FromResult(TestRule(output, rule, time, folder, encryption, isJson, isCheck));
            }

            return TestQueryAsync(
                parsed.GetValue(options.Url)!, name, file, key, rules,
                client => new QueryBacktest(client, output, rules, time, parsed.GetValue(options.Limit)),
                isJson, isCheck, cancellationToken);
        }));
        return command;
    }

    private static int TestRule(
        CommandOutput output,
        RuleDefinition rule,
        BacktestTime time,
        string folder,
        LogEncryption? encryption,
        bool isJson,
        bool isCheck)
    {
        var run = new BacktestRun(output, rule, time, isProgressShown: !isJson);
        var report = Run(run, rule, folder, encryption);
        Write(output, report, isJson);
        return run.IsDamaged ? ExitCode.Damaged
            : isCheck && report.IsDifferent ? ExitCode.Unhealthy
            : ExitCode.Ok;
    }

    private static async Task<int> TestQueryAsync(
        Uri url,
        string? name,
        string? file,
        string? key,
        IReadOnlyList<RuleDefinition> rules,
        Func<GatewayClient, QueryBacktest> begin,
        bool isJson,
        bool isCheck,
        CancellationToken cancellationToken)
    {
        using var client = new GatewayClient(url);
        var query = file is not null
            ? await QueryFinder.ReadAsync(client, file, cancellationToken)
            : await QueryFinder.FindAsync(client, name!, cancellationToken);
        if (query is null)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"There is no rule '{name}' (rules: {NamesOf(rules)}), and the gateway at {url} has no such query, or "
                    + "there is none.");
        }

        var test = begin(client);
        await test.RunAsync(key is null ? query : query.KeyedBy(key), isJson, cancellationToken);
        return isCheck && test.IsDifferent ? ExitCode.Unhealthy : ExitCode.Ok;
    }

    private static void RefuseKey(string? key, RuleDefinition rule)
    {
        if (key is not null)
        {
            throw new CommandException(
                ExitCode.Usage, $"--key names a column of a query's rows; '{rule.Name}' is a rule.");
        }
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

    private static IReadOnlyList<RuleDefinition> RulesOf(string? draft, GatewayConfig config)
    {
        try
        {
            return draft is null ? config.Rules : DraftRules.Load(draft, config.Streams, ConfigContext.ToRead());
        }
        catch (ConfigException refused)
        {
            throw new CommandException(ExitCode.Config, refused.Message);
        }
    }

    /// <summary>The rule that is meant; null where a query may be.</summary>
    private static RuleDefinition? FindRule(string? name, bool isDraft, IReadOnlyList<RuleDefinition> rules) =>
        name is not null ? rules.FirstOrDefault(rule => rule.Name == name)
        : isDraft && rules.Count == 1 ? rules[0]
        : throw new CommandException(ExitCode.Usage, $"Name the rule: {NamesOf(rules)}.");

    private static string NamesOf(IReadOnlyList<RuleDefinition> rules) =>
        string.Join(", ", rules.Select(static rule => rule.Name));

    private static Timestamp? TimeOf(string option, string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        return MomentText.TryParse(text, now, out var time)
            ? time
            : throw new CommandException(
                ExitCode.Usage, $"{option} cannot be '{text}'; write {MomentText.Allowed}.");
    }

    private static TimeSpan DurationOf(string option, string text) => DurationText.TryParse(text, out var duration)
        ? duration
        : throw new CommandException(
            ExitCode.Usage, $"{option} cannot be '{text}'; write {DurationText.Allowed}.");
}
