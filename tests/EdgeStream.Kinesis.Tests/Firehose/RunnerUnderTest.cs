using EdgeStream.Delivery;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>Runs each delivery with an engine of its own.</summary>
internal sealed class RunnerUnderTest(StreamStore store) : IDeliveryRunner, IAsyncDisposable
{
    private readonly Dictionary<string, DeliveryEngine> _engines = [];

    public IReadOnlyList<DeliveryDefinition> Configured { get; set; } = [];

    public async Task RunAsync(DeliveryDefinition definition)
    {
        await StopAsync(definition.Title);
        var engine = new DeliveryEngine(store, [definition]);
        _engines[definition.Title] = engine;
        await engine.StartAsync();
    }

    public async Task StopAsync(string title)
    {
        if (_engines.Remove(title, out var engine))
        {
            await engine.DisposeAsync();
        }
    }

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
}
