using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>What a person can ask of the tool itself, with a backslash in front.</summary>
internal sealed class ShellCommands(
    GatewayClient client,
    CommandOutput output,
    ShellState state,
    Func<string, CancellationToken, Task> execute)
{
    private const string QueriesPath = "/api/queries";
    private const string Nothing = "-";

    private static readonly (string Name, string Argument, string Meaning)[] All =
    [
        ("\\?", "", "this list"),
        ("\\d", "", "the streams and the queries"),
        ("\\d", "STREAM", "the columns of a stream, found in its newest records"),
        ("\\declared", "", "what has been declared in this session; it stands before every question"),
        ("\\drop", "NAME", "take a query away that was kept with \\keep"),
        ("\\forget", "", "forget what has been declared in this session"),
        ("\\format", "FORMAT", "table, csv or json"),
        ("\\from", "TIME", "read what is stored, since when: a time, or how long ago (7d); - for what comes now"),
        ("\\i", "FILE", "run the statements of a file"),
        ("\\keep", "NAME", "have the gateway run the last question for good, under this name"),
        ("\\limit", "COUNT", "end after this many rows; - for no limit"),
        ("\\q", "", "end; so does Ctrl-D"),
        ("\\to", "TIME", "read what is stored, until when; - for all"),
    ];

    /// <summary>The commands' names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. All.Select(static command => command.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Does what a line asks for.</summary>
    /// <returns>Whether the session goes on.</returns>
    /// <exception cref="CommandException">It is no command, or the gateway refuses.</exception>
    public async Task<bool> RunAsync(string line, CancellationToken cancellationToken)
    {
        var words = line.Trim().TrimEnd(';').Split(' ', 2, StringSplitOptions.RemoveEmptyEntries
            | StringSplitOptions.TrimEntries);
        var (name, argument) = (words[0], words.Length > 1 ? words[1] : null);
        switch (name)
        {
            case "\\q":
                return false;
            case "\\?":
                WriteHelp();
                break;
            case "\\d" when argument is null:
                await WriteStreamsAsync(cancellationToken);
                await WriteQueriesAsync(cancellationToken);
                break;
            case "\\d":
                await WriteColumnsAsync(argument.Trim('"'), cancellationToken);
                break;
            case "\\declared":
                output.Out.Write(state.Prelude);
                break;
            case "\\forget":
                state.Forget();
                break;
            case "\\keep":
                await KeepAsync(Required(argument, "\\keep NAME"), cancellationToken);
                break;
            case "\\drop":
                await DropAsync(Required(argument, "\\drop NAME"), cancellationToken);
                break;
            case "\\i":
                await execute(ReadFile(Required(argument, "\\i FILE")), cancellationToken);
                break;
            default:
                Change(name, argument);
                break;
        }

        return true;
    }

    private void Change(string name, string? argument)
    {
        var text = argument == Nothing ? null : argument;
        state.Settings = name switch
        {
            "\\from" => state.Settings with { From = text },
            "\\to" => state.Settings with { To = text },
            "\\limit" => state.Settings with { Limit = LimitOf(text) },
            "\\format" => state.Settings with { Format = FormatOf(argument) },
            _ => throw new CommandException(ExitCode.Usage, $"There is no {name}; \\? lists what there is."),
        };
    }

    private static long? LimitOf(string? text) => text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit
        : throw new CommandException(ExitCode.Usage, $"A limit cannot be '{text}'; it is 1 or more, or -.");

    private static string FormatOf(string? text) => Array.Find(RowWriter.Formats, format => format == text)
        ?? throw new CommandException(ExitCode.Usage, $"The formats are {string.Join(", ", RowWriter.Formats)}.");

    private static string Required(string? argument, string usage) =>
        argument ?? throw new CommandException(ExitCode.Usage, $"Write {usage}.");

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputOutput, error.Message);
        }
    }

    private void WriteHelp()
    {
        foreach (var (name, argument, meaning) in All)
        {
            output.Out.WriteLine($"  {$"{name} {argument}",-18} {meaning}");
        }

        output.Out.WriteLine("Statements end with ; and Ctrl-C stops one that runs. Tab completes words.");
    }

    private async Task WriteStreamsAsync(CancellationToken cancellationToken)
    {
        using var answer = await client.GetOkAsync("/api/streams", cancellationToken);
        var table = new TextTable("stream", "SHARDS", "RECORDS");
        foreach (var stream in answer.RootElement.GetProperty("streams").EnumerateArray())
        {
            table.Add(
                stream.GetProperty("name").GetString()!,
                $"{stream.GetProperty("shards").GetArrayLength()}",
                stream.GetProperty("records").GetRawText());
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private async Task WriteQueriesAsync(CancellationToken cancellationToken)
    {
        using var answer = await client.GetOkAsync(QueriesPath, cancellationToken);
        var queries = answer.RootElement.GetProperty("queries");
        if (queries.GetArrayLength() == 0)
        {
            return;
        }

        output.Out.WriteLine();
        var table = new TextTable("query", "state", "of", "ROWS IN", "ROWS OUT");
        foreach (var query in queries.EnumerateArray())
        {
            table.Add(
                query.GetProperty("name").GetString()!,
                query.GetProperty("state").GetString()!,
                query.GetProperty("source").GetString()!,
                query.GetProperty("rowsIn").GetRawText(),
                query.GetProperty("rowsOut").GetRawText());
        }

        table.Write(output.Out, output.IsTerminal);
    }

    private async Task WriteColumnsAsync(string stream, CancellationToken cancellationToken)
    {
        using var answer = await client.GetOkAsync(
            $"{QueriesPath}/discover?stream={Uri.EscapeDataString(stream)}", cancellationToken);
        var table = new TextTable("column", "type", "path");
        foreach (var column in answer.RootElement.GetProperty("columns").EnumerateArray())
        {
            table.Add(
                column.GetProperty("name").GetString()!,
                column.GetProperty("type").GetString() ?? "(several)",
                column.GetProperty("path").GetString()!);
        }

        table.Write(output.Out, output.IsTerminal);
        output.Out.WriteLine($"Found in the newest {answer.RootElement.GetProperty("sampled").GetRawText()} records.");
    }

    private async Task KeepAsync(string name, CancellationToken cancellationToken)
    {
        var script = state.LastScript
            ?? throw new CommandException(ExitCode.Usage, "Nothing has been asked yet that could be kept.");
        var (status, answer) = await client.SendAsync(
            HttpMethod.Put, $"{QueriesPath}/{Uri.EscapeDataString(name)}",
            CommandJson.Build(writer => writer.WriteString("sql", script)), cancellationToken);
        using (answer)
        {
            if (status is not (StatusCodes.Status200OK or StatusCodes.Status201Created))
            {
                throw new CommandException(
                    ExitCode.Usage, SqlErrorText.Of(answer.RootElement.GetProperty("error"), script));
            }

            output.Out.WriteLine($"{name} is {answer.RootElement.GetProperty("state").GetString()}.");
        }
    }

    private async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await client.DeleteOkAsync(
            $"{QueriesPath}/{Uri.EscapeDataString(name)}", cancellationToken);
        output.Out.WriteLine($"{name} is gone.");
    }
}
