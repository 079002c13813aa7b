using System.Runtime.InteropServices;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Cli.Terminal;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary><c>edgestream sql</c> without a query at a terminal: asks for statements, one after the other.</summary>
/// <remarks>Ctrl-C gives a line up, or stops the query that runs; the tool goes on, also where it was started with the
/// signal ignored, and where the signal comes between the two. Statements have at most
/// <see cref="QueryText.LengthMax"/> characters.</remarks>
internal sealed class SqlShell
{
    private const string Prompt = "sql> ";
    private const string NextPrompt = "...> ";

    private readonly GatewayClient _client;
    private readonly CommandOutput _output;
    private readonly ShellState _state;
    private readonly ShellCommands _commands;
    private readonly StatementScanner _scanner = new();
    private readonly LineHistory _history = new(LineHistory.DefaultFile());
    private readonly LineEditor _editor;
    private readonly Lock _gate = new();

    /// <summary>What Ctrl-C stops; null while nothing runs.</summary>
    private CancellationTokenSource? _running;
    private Task _stopping = Task.CompletedTask;

    /// <summary>Prepares a session with a gateway.</summary>
    public SqlShell(GatewayClient client, CommandOutput output, SqlSettings settings)
    {
        (_client, _output, _state) = (client, output, new ShellState(settings));
        _commands = new ShellCommands(client, output, _state, ExecuteAllAsync);
        var catalog = new ShellCatalog(client);
        var completion = new ShellCompletion(() => catalog.Streams, catalog.ColumnsOf, () => _scanner.Pending);
        _editor = new LineEditor(new UnixTerminal(output.Out), _history, completion.Complete);
    }

    /// <summary>Takes statements until the person has enough.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        IgnoredSignal.Accept(IgnoredSignal.Interrupt);
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        _output.Out.WriteLine(
            $"EdgeStream {GatewayVersion.Text}. Statements end with ; and \\? lists what else there is.");
        while (true)
        {
            var line = _editor.Read(_scanner.IsEmpty ? Prompt : NextPrompt);
            if (line is null && !_editor.WasInterrupted)
            {
                break;
            }

            if (line is null)
            {
                _scanner.Clear();
            }
            else if (!await TakeAsync(line, cancellationToken))
            {
                break;
            }
        }

        _history.Trim();
        return ExitCode.Ok;
    }

    /// <summary>Takes a line; false to end.</summary>
    private async Task<bool> TakeAsync(string line, CancellationToken cancellationToken)
    {
        var goesOn = true;
        if (_scanner.IsEmpty && line.TrimStart().StartsWith('\\'))
        {
            await TryAsync(async token => goesOn = await _commands.RunAsync(line, token), cancellationToken);
            return goesOn;
        }

        _scanner.Append(line);
        while (_scanner.TryTake(out var statement))
        {
            await TryAsync(token => ExecuteAsync(statement, token), cancellationToken);
        }

        if (_scanner.Pending.Length > QueryText.LengthMax)
        {
            _scanner.Clear();
            _output.Error.WriteLine($"A statement has at most {QueryText.LengthMax} characters; this one is dropped.");
        }

        return true;
    }

    /// <summary>Runs something that Ctrl-C stops, and shows what is wrong.</summary>
    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _running = stop;
        }

        try
        {
            await work(stop.Token);
        }
        catch (CommandException refused)
        {
            _output.Error.WriteLine(refused.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _output.Out.WriteLine("(stopped)");
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }

            await _stopping;
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        lock (_gate)
        {
            if (_running is { IsCancellationRequested: false } running)
            {
                // What waits for it must not go on here, on the thread of signals.
                _stopping = running.CancelAsync();
            }
        }
    }

    private async Task ExecuteAllAsync(string text, CancellationToken cancellationToken)
    {
        var scanner = new StatementScanner();
        scanner.Append(text);
        while (scanner.TryTake(out var statement))
        {
            await ExecuteAsync(statement, cancellationToken);
        }

        if (!scanner.IsEmpty)
        {
            await ExecuteAsync(scanner.Pending, cancellationToken);
        }
    }

    private Task ExecuteAsync(string statement, CancellationToken cancellationToken) =>
        statement == ";" ? Task.CompletedTask
        : ShellState.IsDeclaration(statement) ? DeclareAsync(statement, cancellationToken)
        : AskAsync(statement, cancellationToken);

    private async Task DeclareAsync(string statement, CancellationToken cancellationToken)
    {
        var prelude = _state.Prelude;
        if (ShellState.QuestionAbout(statement) is { } question)
        {
            var sql = prelude + statement + question;
            var (status, answer) = await _client.SendAsync(
                HttpMethod.Post, "/api/queries/check",
                CommandJson.Build(writer => writer.WriteString("sql", sql)), cancellationToken);
            using (answer)
            {
                if (status != StatusCodes.Status200OK)
                {
                    throw new CommandException(
                        ExitCode.Usage,
                        SqlErrorText.Of(answer.RootElement.GetProperty("error"), sql, prelude.Length));
                }
            }
        }

        _state.Declare(statement);
        _output.Out.WriteLine("Declared for this session.");
    }

    private async Task AskAsync(string statement, CancellationToken cancellationToken)
    {
        var prelude = _state.Prelude;
        var settings = _state.Settings;
        var sql = prelude + statement;
        var isLive = !settings.IsHistory && !SqlCommand.IsOverHistory(sql);
        var rows = RowWriter.Create(settings.Format, _output.Out, isLive);
        _state.LastScript = sql;
        long count = 0;
        RunEnd end;
        try
        {
            end = await new SqlRunner(_client).RunAsync(
                settings.RequestOf(sql),
                rows.Begin,
                row =>
                {
                    count++;
                    rows.Add(row);
                },
                prelude.Length,
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            end = new RunEnd(count, null, 0, 0, null);
        }

        rows.End();
        _output.Out.WriteLine(end.Summary);
        if (end.Errors > 0)
        {
            _output.Out.WriteLine($"{end.Errors} records could not be read as asked; the last: {end.LastError}");
        }
    }
}
