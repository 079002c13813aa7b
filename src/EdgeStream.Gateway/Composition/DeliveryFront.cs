using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The deliveries; each can be added, changed and taken away while the others go on.</summary>
/// <remarks>Thread-safe for reading. A delivery that is taken away keeps its progress: under the same name it goes on
/// there.</remarks>
internal sealed class DeliveryFront(StreamStore store, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private volatile IReadOnlyList<(DeliveryDefinition Definition, DeliveryEngine Engine)> _running = [];
    private volatile Exception? _startFailure;

    /// <summary>Every delivery's numbers, in the order of the configuration.</summary>
    public IReadOnlyList<DeliveryStatus> Status() => [.. _running.SelectMany(entry => entry.Engine.Status())];

    /// <summary>The error that kept a delivery from starting; null when all were started.</summary>
    public Exception? Failure => _startFailure;

    /// <summary>Starts what is new, stops what is gone, restarts what has changed, and leaves the rest alone.</summary>
    /// <remarks>When one can't be started those before it run, which <see cref="Failure"/> tells until the next
    /// change.</remarks>
    public async Task UseAsync(IReadOnlyList<DeliveryDefinition> definitions)
    {
        var old = _running;
        var kept = old.Where(entry => definitions.Contains(entry.Definition)).ToArray();
        _running = kept;
        try
        {
            await StopAsync([.. old.Except(kept)]);
            foreach (var definition in definitions)
            {
                if (!kept.Any(entry => entry.Definition == definition))
                {
                    _running = InOrder(definitions, [.. _running, (definition, await StartAsync(definition))]);
                }
            }

            _running = InOrder(definitions, _running);
            _startFailure = null;
        }
        catch (Exception error)
        {
            _startFailure = error;
            throw;
        }
    }

    /// <summary>Stops all of them; what is collected is sent to destinations that answer in time.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _running;
        _running = [];
        await StopAsync(running);
    }

    private static IReadOnlyList<(DeliveryDefinition, DeliveryEngine)> InOrder(
        IReadOnlyList<DeliveryDefinition> definitions,
        IReadOnlyList<(DeliveryDefinition Definition, DeliveryEngine Engine)> entries) =>
        [.. definitions.SelectMany(definition => entries.Where(entry => entry.Definition == definition))];

    private static Task StopAsync(IReadOnlyList<(DeliveryDefinition Definition, DeliveryEngine Engine)> entries) =>
        Task.WhenAll(entries.Select(entry => entry.Engine.DisposeAsync().AsTask()));

    private async Task<DeliveryEngine> StartAsync(DeliveryDefinition definition)
    {
        var engine = new DeliveryEngine(store, [definition], time, loggers);
        try
        {
            await engine.StartAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }
}
