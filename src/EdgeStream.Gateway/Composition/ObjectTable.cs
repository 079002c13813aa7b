using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>An object of an S3 server that a table is made of: asked for now and then, read when it is another one, and
/// kept, so that the last one is there without a network, too.</summary>
/// <remarks>Thread-safe. After a failure it is asked for again in 5 s, 10 s … up to its period.</remarks>
internal sealed class ObjectTable : IReferenceSource, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelayFirst = TimeSpan.FromSeconds(5);

    private readonly StateStore _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private CancellationTokenSource _stopping = null!;
    private TaskCompletionSource _firstRead = null!;
    private Task _loop = Task.CompletedTask;
    private volatile Standing _standing;

    /// <summary>Has what was kept, and begins to ask.</summary>
    public ObjectTable(ObjectTableConfig config, StateStore state, TimeProvider time, ILogger logger)
    {
        (Config, _state, _time, _logger) = (config, state, time, logger);
        var kept = KeptObject.Find(state, config.Place);
        _standing = new Standing(kept, kept?.ReadAt, null);
        Begin();
    }

    /// <summary>The object, and how it is asked for.</summary>
    public ObjectTableConfig Config { get; private set; }

    /// <summary>Completes when it was asked for once in the way that counts now, whatever came of it.</summary>
    public Task FirstRead => _firstRead.Task;

    /// <inheritdoc/>
    public string? Version => _standing.Kept?.Version;

    /// <inheritdoc/>
    public Timestamp? ChangedAt => _standing.Kept?.ChangedAt;

    /// <inheritdoc/>
    public Timestamp? CheckedAt => _standing.CheckedAt;

    /// <inheritdoc/>
    public string? Failure => _standing.Failure;

    /// <inheritdoc/>
    public byte[]? Read() => _standing.Kept?.Read(_state);

    /// <summary>Asks for the same object in another way from now on; one caller at a time.</summary>
    public async Task UseAsync(ObjectTableConfig config)
    {
        await DisposeAsync();
        Config = config;
        Begin();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private void Begin()
    {
        _stopping = new CancellationTokenSource();
        _firstRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (firstRead, stop) = (_firstRead, _stopping.Token);
        _loop = Task.Run(() => RunAsync(firstRead, stop));
    }

    private async Task RunAsync(TaskCompletionSource firstRead, CancellationToken cancellationToken)
    {
        using var reader = new S3ObjectReader(Config.Server, Config.Key, _time);
        var retryDelay = RetryDelayFirst;
        try
        {
            while (true)
            {
                var problem = await AskAsync(reader, cancellationToken);
                firstRead.TrySetResult();
                var delay = problem is null || retryDelay > Config.Every ? Config.Every : retryDelay;
                retryDelay = problem is null ? RetryDelayFirst : delay * 2;
                await Task.Delay(delay, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            firstRead.TrySetResult();
        }
    }

    /// <summary>Asks once; what is wrong, or null.</summary>
    private async Task<string?> AskAsync(S3ObjectReader reader, CancellationToken cancellationToken)
    {
        var (kept, checkedAt, failure) = _standing;
        var answer = await reader.ReadAsync(kept?.Tag, QueryReference.SizeBytesMax, cancellationToken);
        var now = Timestamp.From(_time.GetUtcNow());
        var problem = answer.Problem;
        if (answer.Content is not null)
        {
            try
            {
                var newest = await KeptObject.KeepAsync(_state, Config.Place, answer, now, cancellationToken);
                if (newest.Version != kept?.Version)
                {
                    _logger.ObjectTableRead(reader.Place, answer.Content.Length);
                }

                kept = newest;
            }
            catch (IOException error)
            {
                problem = $"{reader.Place} is another one now, and cannot be kept: {error.Message}";
            }
        }

        if (problem is not null && problem != failure)
        {
            _logger.ObjectTableFailed(problem);
        }

        _standing = new Standing(kept, problem is null ? now : checkedAt, problem);
        return problem;
    }

    private sealed record Standing(KeptObject? Kept, Timestamp? CheckedAt, string? Failure);
}
