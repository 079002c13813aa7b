using EdgeStream.Analytics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The rules; they may change while the gateway runs.</summary>
/// <remarks>
/// Thread-safe for reading. Changing them stops the engine, which saves its state and position, and starts another
/// there:
/// no record is left out, and rules that stay the same keep what they know.
/// </remarks>
internal sealed class RuleFront(
    StreamStore store, IAlertPublisher publisher, TimeProvider time, ILogger<RuleEngine> logger) : IAsyncDisposable
{
    private volatile RuleEngine? _engine;
    private volatile Exception? _startFailure;

    /// <summary>How every rule stands now.</summary>
    public IReadOnlyList<RuleStatus> Status => _engine?.Rules ?? [];

    /// <summary>Alerts that stand, then the latest that do not.</summary>
    public IReadOnlyList<Alert> Alerts => _engine?.Alerts.Snapshot() ?? [];

    /// <summary>Keys whose condition holds, not long enough to fire yet.</summary>
    public IReadOnlyList<PendingAlert> Pending => _engine?.Pending ?? [];

    /// <summary>The alert of an id that stands, or was among the latest; null if there is none.</summary>
    public Alert? FindAlert(string id) => _engine?.Alerts.Find(id);

    /// <summary>Whether an alert's rule and key flap.</summary>
    public bool IsFlapping(Alert alert) => _engine?.Alerts.IsFlapping(alert, time.GetUtcNow()) ?? false;

    /// <summary>The first error that keeps rules from being evaluated; null while all is well.</summary>
    public Exception? Failure => _startFailure ?? _engine?.Failure;

    /// <summary>Evaluates these rules from now on. When that fails no rule is evaluated, which <see cref="Failure"/>
    /// tells until rules are taken again.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="flapping">When alerts are shown as flapping.</param>
    public async Task UseAsync(IReadOnlyList<RuleDefinition> rules, FlapOptions flapping)
    {
        try
        {
            if (_engine is { } old)
            {
                _engine = null;
                await old.DisposeAsync();
            }

            _engine = await RuleEngine.StartAsync(
                store, rules, publisher, logger, new RuleEngineOptions { Flapping = flapping }, time);
            _startFailure = null;
        }
        catch (Exception error)
        {
            _startFailure = error;
            throw;
        }
    }

    /// <summary>Stops evaluating and saves.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
        }
    }
}
