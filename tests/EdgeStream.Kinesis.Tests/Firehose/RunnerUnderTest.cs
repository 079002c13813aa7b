using System.Collections.Concurrent;
using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Runs each delivery with an engine of its own.</summary>
internal sealed class RunnerUnderTest(StreamStore store) : IDeliveryRunner, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, DeliveryEngine> _engines = [];

    /// <summary>Why no delivery is started; null where they are.</summary>
    public Exception? RunFailure { get; set; }

    /// <summary>The title of a delivery that is not started before <see cref="HeldUntil"/>.</summary>
    public string? HeldTitle { get; set; }

    public Task HeldUntil { get; set; } = Task.CompletedTask;

    /// <summary>What is thrown after a delivery was stopped; null for nothing.</summary>
    public Exception? StopFailure { get; set; }

    public IReadOnlyList<DeliveryDefinition> Configured { get; set; } = [];

    public async Task RunAsync(DeliveryDefinition definition)
    {
        await EndAsync(definition.Title);
        await (definition.Title == HeldTitle ? HeldUntil : Task.CompletedTask);
        if (RunFailure is { } failure)
        {
            throw failure;
        }

        var engine = new DeliveryEngine(store, [definition]);
        _engines[definition.Title] = engine;
        await engine.StartAsync();
    }

    public async Task StopAsync(string title)
    {
        await EndAsync(title);
        if (StopFailure is { } failure)
        {
            throw failure;
        }
    }

    public bool IsRunning(string title) => _engines.ContainsKey(title);

    public Task FlushAsync(string title, CancellationToken cancellationToken) =>
        _engines.TryGetValue(title, out var engine)
            ? engine.FlushAsync(cancellationToken)
            : throw new InvalidOperationException(title);

    public long BacklogOf(string title) =>
        _engines.TryGetValue(title, out var engine) ? engine.Status()[0].BacklogRecords : 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines.Values)
        {
            await engine.DisposeAsync();
        }
    }

    private async Task EndAsync(string title)
    {
        if (_engines.TryRemove(title, out var engine))
        {
            await engine.DisposeAsync();
        }
    }
}
