using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Analytics;

/// <summary>Runs actions on the alerts of a store: each is a reader of the alerts stream with a checkpoint of its
/// own.</summary>
/// <remarks>Thread-safe. An action hears of the alerts that fire after it was first configured; one that goes is
/// forgotten with all that it knew.</remarks>
public sealed class ActionEngine : IAsyncDisposable
{
    /// <summary>How many actions there may be.</summary>
    public const int ActionsMax = 32;

    private readonly List<ActionRunner> _runners = [];
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private int _isDisposed;

    private ActionEngine()
    {
    }

    /// <summary>How every action stands, in the order of the definitions.</summary>
    public IReadOnlyList<ActionStatus> Status => [.. _runners.Select(static runner => runner.Status)];

    /// <summary>Takes up what was saved and begins.</summary>
    /// <param name="store">Holds the alerts stream, which must exist.</param>
    /// <param name="definitions">The actions, with names that differ.</param>
    /// <param name="options">What they have in common.</param>
    /// <param name="desk">Silences and acknowledgements.</param>
    /// <param name="logger">Receives what fails.</param>
    /// <param name="time">Clock and timers; null for the system's.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The state's log refused.</exception>
    public static async ValueTask<ActionEngine> StartAsync(
        StreamStore store,
        IReadOnlyList<ActionDefinition> definitions,
        ActionOptions options,
        AlertDesk desk,
        ILogger<ActionEngine> logger,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        if (!store.TryGet(AlertJson.StreamName, out var alerts))
        {
            throw new ArgumentException($"There is no stream {AlertJson.StreamName}.", nameof(store));
        }

        var engine = new ActionEngine();
        try
        {
            var names = definitions.Select(static definition => definition.Name).ToHashSet(StringComparer.Ordinal);
            await ActionStore.ForgetOthersAsync(store.State, alerts.Name, names, cancellationToken);
            foreach (var definition in definitions)
            {
                var runner = new ActionRunner(
                    store, alerts, definition, options, desk, time ?? TimeProvider.System, logger);
                engine._runners.Add(runner);
                await runner.StartAsync(cancellationToken);
            }
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }

        engine._running.AddRange(
            engine._runners.Select(runner => Task.Run(() => runner.RunAsync(engine._stopping.Token))));
        return engine;
    }

    /// <summary>Stops; what is under way is ended, and what was told is saved.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
        foreach (var runner in _runners)
        {
            await runner.DisposeAsync();
        }

        _stopping.Dispose();
    }
}
