using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The deliveries; each can be added, changed and taken away while the others go on.</summary>
/// <remarks>Thread-safe for reading. A delivery that is taken away keeps its progress: under the same name it goes on
/// there.</remarks>
internal sealed class DeliveryFront(StreamStore store, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private volatile IReadOnlyList<(DeliveryDefinition Definition, DeliveryEngine Engine)> _running = [];

    /// <summary>Every delivery's numbers, in the order of the configuration.</summary>
    public IReadOnlyList<DeliveryStatus> Status() => [.. _running.SelectMany(entry => entry.Engine.Status())];

    /// <summary>Starts what is new, stops what is gone, restarts what has changed, and leaves the rest alone.</summary>
    public async Task UseAsync(IReadOnlyList<DeliveryDefinition> definitions)
    {
        var old = _running;
        await StopAsync([.. old.Where(entry => !definitions.Contains(entry.Definition))]);
        var running = new List<(DeliveryDefinition, DeliveryEngine)>();
        foreach (var definition in definitions)
        {
            var kept = old.FirstOrDefault(entry => entry.Definition == definition).Engine;
            running.Add((definition, kept ?? await StartAsync(definition)));
        }

        _running = running;
    }

    /// <summary>Stops all of them; what is collected is sent to destinations that answer in time.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _running;
        _running = [];
        await StopAsync(running);
    }

    private static Task StopAsync(IReadOnlyList<(DeliveryDefinition Definition, DeliveryEngine Engine)> entries) =>
        Task.WhenAll(entries.Select(entry => entry.Engine.DisposeAsync().AsTask()));

    private async Task<DeliveryEngine> StartAsync(DeliveryDefinition definition)
    {
        var engine = new DeliveryEngine(store, [definition], time, loggers);
        await engine.StartAsync();
        return engine;
    }
}
