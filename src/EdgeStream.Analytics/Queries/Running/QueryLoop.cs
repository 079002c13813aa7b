using System.Collections.Concurrent;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>The loop of one reader, and the place where others have something done between two of its steps.</summary>
internal sealed class QueryLoop(
    QueryReader reader, TimeProvider timeProvider, ILogger logger, TimeSpan retryDelay, CancellationToken stopping)
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly ConcurrentQueue<Func<CancellationToken, ValueTask>> _work = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private Task _running = Task.CompletedTask;
    private Task? _woken;

    public QueryReader Reader => reader;

    public bool IsRunning => !_running.IsCompleted;

    public void Start() => _running = Task.Run(LoopAsync);

    /// <summary>Has the loop look again.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
            {
                // Someone else woke the loop in between, or it has ended.
                return;
            }
        }
    }

    /// <summary>Does something between two steps, and completes when it is done.</summary>
    public Task RunAsync(Action action, CancellationToken cancellationToken) => RunAsync(
        _ =>
        {
            action();
            return ValueTask.CompletedTask;
        },
        cancellationToken);

    /// <summary>Does something between two steps, and completes when it is done.</summary>
    public async Task RunAsync(Func<CancellationToken, ValueTask> action, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Enqueue(async token =>
        {
            try
            {
                await action(token);
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        });
        Wake();
        await Task.WhenAny(done.Task, _running).WaitAsync(cancellationToken);
        if (!done.Task.IsCompleted)
        {
            throw new InvalidOperationException("The queries have stopped; see the log.");
        }

        await done.Task;
    }

    /// <summary>Ends the loop; what is not saved is, if it can be.</summary>
    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await _running;
        reader.Dispose();
        _wake.Dispose();
        _ending.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await StepAsync(_ending.Token);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            await SaveAtEndAsync();
        }
        catch (Exception e)
        {
            Log.QueriesStopped(logger, e, reader.Key);
            foreach (var query in reader.Queries)
            {
                query.Fail(e);
            }
        }
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (_work.TryDequeue(out var work))
        {
            await work(cancellationToken);
        }

        try
        {
            if (await reader.StepAsync(cancellationToken))
            {
                // A wait that is left behind would take the next wake.
                _woken ??= _wake.WaitAsync(cancellationToken);
                await await Task.WhenAny(reader.Input.WhenReadable(cancellationToken), _woken);
                _woken = _woken.IsCompleted ? null : _woken;
            }
        }
        catch (Exception e) when (e is StreamException or IOException)
        {
            // The rows stay where they are, and the input waits in its log until there is room again.
            Log.QueriesWait(logger, e, reader.Key);
            await Task.Delay(retryDelay, timeProvider, cancellationToken);
        }
    }

    private async Task SaveAtEndAsync()
    {
        try
        {
            if (reader.HasUnsaved && reader.Queries.Count > 0)
            {
                await reader.SaveAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (e is StreamException or IOException)
        {
            Log.QueriesWait(logger, e, reader.Key);
        }
    }
}
