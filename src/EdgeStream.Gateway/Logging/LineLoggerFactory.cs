namespace EdgeStream.Gateway.Logging;

/// <summary>Writes log lines to one text writer, one line an event.</summary>
/// <remarks>
/// Thread-safe. Under systemd (<c>$JOURNAL_STREAM</c> is set) each line starts with the priority that the journal
/// understands and leaves the time to it; otherwise with the time. The framework's own lines are written from
/// Warning on only, since they speak of connections and not of the gateway; its host's not at all, since what keeps the
/// gateway from starting is told by the gateway.
/// </remarks>
internal sealed class LineLoggerFactory(TextWriter output, LogLevelSwitch level, bool isJournal, TimeProvider time)
    : ILoggerFactory
{
    private readonly Lock _gate = new();

    /// <summary>Writes to standard error as the journal or a person reads it.</summary>
    public static LineLoggerFactory ToStandardError(LogLevelSwitch level) => new(
        Console.Error,
        level,
        Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 },
        TimeProvider.System);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Not supported: there is one output.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Lines go to one output "
        + "only.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool IsEnabled(LogLevel lineLevel, bool isFramework) =>
        lineLevel != LogLevel.None && lineLevel >= level.Level && (!isFramework || lineLevel >= LogLevel.Warning);

    private void Write(LogLevel lineLevel, string category, string message, Exception? error)
    {
        var text = error is null ? message : $"{message} ({error.GetType().Name}: {error.Message})";
        text = text.ReplaceLineEndings(" | ");
        var line = isJournal
            ? $"<{PriorityOf(lineLevel)}>{category}: {text}"
            : $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {WordOf(lineLevel)} {category}: {text}";
        lock (_gate)
        {
            output.WriteLine(line);
            if (error is not null && lineLevel >= LogLevel.Error && level.Level <= LogLevel.Debug)
            {
                output.WriteLine(error.StackTrace);
            }
        }
    }

    /// <summary>The priorities of syslog, which the journal reads from the start of a line (sd-daemon(3)).</summary>
    private static int PriorityOf(LogLevel lineLevel) => lineLevel switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string WordOf(LogLevel lineLevel) => lineLevel switch
    {
        LogLevel.Critical => "crit ",
        LogLevel.Error => "error",
        LogLevel.Warning => "warn ",
        LogLevel.Information => "info ",
        LogLevel.Debug => "debug",
        _ => "trace",
    };

    private sealed class LineLogger(LineLoggerFactory factory, string category) : ILogger
    {
        private readonly bool _isFramework = category.StartsWith("Microsoft.", StringComparison.Ordinal);
        private readonly bool _isHost = category.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal);
        private readonly string _shortCategory = category[(category.LastIndexOf('.') + 1)..];

        public bool IsEnabled(LogLevel logLevel) => !_isHost && factory.IsEnabled(logLevel, _isFramework);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                factory.Write(logLevel, _shortCategory, formatter(state, exception), exception);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
