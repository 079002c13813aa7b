using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The way of messages into the streams; its routes may change while messages come.</summary>
/// <remarks>Thread-safe. Counters go on over a change of routes.</remarks>
internal sealed class IngestFront : IAsyncDisposable
{
    private volatile IngestPipeline _pipeline;
    private readonly DeadLetterReplay _replay;

    /// <summary>Starts with some routes; their streams exist.</summary>
    public IngestFront(
        StreamStore store, DeviceRegistry registry, IEnumerable<RouteDefinition> routes, TimeProvider time,
        ILogger<IngestPipeline> logger, DialectMemory memory)
    {
        _pipeline = new IngestPipeline(
            new Devices.Router(routes), store, registry, time, logger, StreamNames.DeadLetter, memory);
        _replay = new DeadLetterReplay(store, () => _pipeline);
    }

    /// <summary>Counters since the start.</summary>
    public IngestStatistics Statistics => _pipeline.Statistics;

    /// <summary>Takes one message; see <see cref="IngestPipeline.Ingest"/>.</summary>
    public IngestTicket Ingest(
        DeviceSource source,
        string? clientId,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        bool mayWait = true,
        ProducerStamp producer = default,
        string? producerProblem = null) =>
        _pipeline.Ingest(source, clientId, topic, payload, mayWait, producer, producerProblem);

    /// <summary>Puts a message aside; see <see cref="IngestPipeline.PutAside"/>.</summary>
    public IngestTicket PutAside(
        string reason, DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        _pipeline.PutAside(reason, source, clientId, topic, payload);

    /// <summary>Follows other routes from now on; what waits under the old ones is appended first.</summary>
    /// <exception cref="ArgumentException">A stream does not exist; the old routes stay.</exception>
    public void Use(IEnumerable<RouteDefinition> routes) =>
        _pipeline = _pipeline.WithRouter(new Devices.Router(routes));

    /// <summary>Takes dead letters again, by the routes as they are now; see <see cref="DeadLetterReplay"/>.</summary>
    public Task<ReplayResult> ReplayAsync(ReplayRequest request, CancellationToken cancellationToken) =>
        _replay.RunAsync(request, cancellationToken);

    /// <summary>Refuses what waits for room.</summary>
    public async ValueTask DisposeAsync()
    {
        _replay.Dispose();
        await _pipeline.DisposeAsync();
    }
}
