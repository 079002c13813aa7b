using EdgeStream.Gateway.Logging;

namespace EdgeStream.Gateway.Composition;

/// <summary>What has been started, stopped again in the opposite order; each part gets a bounded time.</summary>
/// <remarks>The part that was started first, the store, has its time whatever the others used: together at most ten
/// seconds.</remarks>
internal sealed class StopStack(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan OthersTimeMax = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan FirstTimeMax = TimeSpan.FromSeconds(3);

    private readonly Stack<(string Part, TimeSpan Limit, Func<Task> Stop)> _parts = new();

    /// <summary>What keeps the loops going, and knows which of them failed.</summary>
    public LoopGuard Loops { get; } = new(time, logger);

    /// <summary>Notes how to stop a part that has just been started.</summary>
    public void Push(string part, TimeSpan limit, Func<Task> stop) => _parts.Push((part, limit, stop));

    /// <summary>Starts a loop that ends when its token is cancelled, and begins again when it fails.</summary>
    public void PushLoop(string part, TimeSpan limit, Func<CancellationToken, Task> run)
    {
        var stop = new CancellationTokenSource();
        var loop = Task.Run(() => Loops.RunAsync(part, run, stop.Token));
        Push(part, limit, async () =>
        {
            await stop.CancelAsync();
            await loop;
            stop.Dispose();
        });
    }

    /// <summary>Stops everything; what fails or takes too long is logged and left behind.</summary>
    public async Task StopAsync()
    {
        var began = time.GetTimestamp();
        while (_parts.TryPop(out var entry))
        {
            var left = _parts.Count == 0 ? FirstTimeMax : OthersTimeMax - time.GetElapsedTime(began);
            var limit = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, entry.Limit.Ticks));
            try
            {
                await entry.Stop().WaitAsync(limit, time);
            }
            catch (TimeoutException)
            {
                logger.StopTimedOut(entry.Part, limit.TotalSeconds);
            }
            catch (OperationCanceledException)
            {
                // A loop that ends by its cancellation has stopped as it should.
            }
            catch (Exception error)
            {
                logger.StopFailed(entry.Part, error);
            }
        }
    }
}
