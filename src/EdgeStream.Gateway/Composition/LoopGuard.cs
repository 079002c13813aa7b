using System.Collections.Concurrent;
using EdgeStream.Gateway.Logging;

namespace EdgeStream.Gateway.Composition;

/// <summary>Keeps loops going: one that fails is logged and begins again after a second. Thread-safe.</summary>
internal sealed class LoopGuard(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecentTime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, LoopFailure> _failures = new(StringComparer.Ordinal);

    /// <summary>The loops that failed within the last ten minutes, with their latest error.</summary>
    public IReadOnlyList<LoopFailure> RecentFailures =>
        [.. _failures.Values.Where(failure => time.GetElapsedTime(failure.At) < RecentTime)];

    /// <summary>Runs a loop until it ends by itself or is cancelled.</summary>
    public async Task RunAsync(
        string part, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await run(cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _failures[part] = new LoopFailure(part, error, time.GetTimestamp());
                logger.LoopFailed(part, error);
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }
}
