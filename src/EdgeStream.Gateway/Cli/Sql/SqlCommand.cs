using System.CommandLine;
using System.CommandLine.Help;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Terminal;
using EdgeStream.Sql;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary><c>edgestream sql</c>: asks a running gateway in SQL, over what comes or what is stored.</summary>
internal static class SqlCommand
{
    /// <summary>Command lines for the help.</summary>
    public static readonly string[] Examples =
    [
        "edgestream sql \"SELECT STREAM * FROM readings\"",
        "edgestream sql \"SELECT STREAM PARTITION_KEY, MAX(t) FROM readings GROUP BY PARTITION_KEY, "
            + "FLOOR(readings.ROWTIME TO HOUR)\" --from 7d",
        "edgestream sql --format csv --from 1d --limit 1000 < question.sql > answer.csv",
        "edgestream sql",
    ];

    private static readonly string[] DiscoverExamples =
        ["edgestream sql discover readings", "edgestream sql discover readings > readings.sql"];

    /// <summary>The command.</summary>
    public static Command Create(CommandOutput output, Func<string[], HelpOption> help)
    {
        var query = new Argument<string?>("query")
        {
            Description = "The statements; the last one is a SELECT STREAM. Without them they come from standard "
                + "input, or, at a terminal, are asked for.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var from = new Option<string?>("--from")
        {
            Description = "Read what is stored, since when: a time in ISO 8601, or how long ago, such as 7d. Without "
                + "--from and --to: what comes from now on.",
            HelpName = "TIME",
        };
        var to = new Option<string?>("--to")
        {
            Description = "Read what is stored, until when, the same way.", HelpName = "TIME",
        };
        var limit = new Option<long?>("--limit", "-n")
        {
            Description = "End after this many rows.", HelpName = "COUNT",
        };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, out var count) && count < 1)
            {
                result.AddError("--limit is 1 or more.");
            }
        });
        var stream = new Option<string?>("--stream")
        {
            Description = "The in-application stream whose rows are wanted, where the statements have several.",
            HelpName = "NAME",
        };
        var format = new Option<string?>("--format", "-f")
        {
            Description = "How rows are written. Default: table at a terminal, else csv.", HelpName = "table|csv|json",
        };
        format.AcceptOnlyFromAmong(RowWriter.Formats);
        var url = CommonOptions.Url();
        var command = new Command(
            "sql", "Ask a running gateway in SQL: what comes from now on, or what is stored, at full speed.")
        {
            query, from, to, limit, stream, format, url,
        };
        command.Subcommands.Add(Discover(output, help));
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, () =>
        {
            var settings = new SqlSettings
            {
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
                Limit = parsed.GetValue(limit),
                Stream = parsed.GetValue(stream),
                Format = parsed.GetValue(format) ?? (output.IsTerminal ? "table" : "csv"),
            };
            return RunAsync(output, parsed.GetValue(url)!, parsed.GetValue(query), settings, cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandOutput output, Uri url, string? query, SqlSettings settings, CancellationToken cancellationToken)
    {
        using var client = new GatewayClient(url);
        if (query is null && output.IsTerminal && UnixTerminal.IsThere)
        {
            return await new SqlShell(client, output, settings).RunAsync(cancellationToken);
        }

        query ??= ReadAll(output);
        await RunOnceAsync(output, client, query, settings, cancellationToken);
        return ExitCode.Ok;
    }

    private static async Task RunOnceAsync(
        CommandOutput output,
        GatewayClient client,
        string query,
        SqlSettings settings,
        CancellationToken cancellationToken)
    {
        var rows = RowWriter.Create(settings.Format, output.Out, !settings.IsHistory && !IsOverHistory(query));
        var end = await new SqlRunner(client).RunAsync(
            settings.RequestOf(query), rows.Begin, rows.Add, skipped: 0, cancellationToken);
        rows.End();
        if (output.IsTerminal)
        {
            output.Out.WriteLine(end.Summary);
        }

        if (end.Errors > 0)
        {
            output.Error.WriteLine(
                $"edgestream: {end.Errors} records could not be read as asked; the last: {end.LastError}");
        }
    }

    /// <summary>Whether a text is about what is stored; one that cannot be read is the gateway's to refuse.</summary>
    public static bool IsOverHistory(string sql)
    {
        try
        {
            return QueryText.IsOverHistory(sql);
        }
        catch (SqlException)
        {
            return false;
        }
    }

    private static string ReadAll(CommandOutput output)
    {
        using var reader = new StreamReader(output.In());
        var text = new char[QueryText.LengthMax + 1];
        var length = reader.ReadBlock(text);
        return length <= QueryText.LengthMax
            ? new string(text, 0, length)
            : throw new CommandException(
                ExitCode.Usage, $"The statements have more than {QueryText.LengthMax} characters.");
    }

    private static Command Discover(CommandOutput output, Func<string[], HelpOption> help)
    {
        var stream = new Argument<string>("stream") { Description = "The stream's name." };
        var url = CommonOptions.Url();
        var json = CommonOptions.Json();
        var command = new Command(
            "discover", "Find the columns of a stream in its newest records, and print the CREATE STREAM for them.")
        {
            stream, url, json,
        };
        command.Options.Add(help(DiscoverExamples));
        command.SetAction((parsed, cancellationToken) => CommandGuard.RunAsync(output, async () =>
        {
            using var client = new GatewayClient(parsed.GetValue(url)!);
            var name = parsed.GetValue(stream)!;
            using var answer = await client.GetOkAsync(
                $"/api/queries/discover?stream={Uri.EscapeDataString(name)}", cancellationToken);
            if (parsed.GetValue(json))
            {
                output.Out.WriteLine(answer.RootElement.GetRawText());
                return ExitCode.Ok;
            }

            var sampled = answer.RootElement.GetProperty("sampled").GetInt32();
            output.Out.WriteLine(answer.RootElement.GetProperty("sql").GetString() ?? throw new CommandException(
                ExitCode.NotYet,
                sampled == 0
                    ? $"The stream '{name}' holds no records yet."
                    : $"None of the newest {sampled} records of '{name}' is a JSON object with members."));
            return ExitCode.Ok;
        }));
        return command;
    }
}
