using EdgeStream.Devices;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The way of messages into the streams; its routes may change while messages come.</summary>
/// <remarks>Thread-safe. Counters go on over a change of routes.</remarks>
internal sealed class IngestFront : IAsyncDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainPollTime = TimeSpan.FromMilliseconds(20);

    private readonly StreamStore _store;
    private readonly DeviceRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger<IngestPipeline> _logger;
    private volatile IngestPipeline _pipeline;
    private IngestStatistics _before;

    /// <summary>Starts with some routes; their streams exist.</summary>
    public IngestFront(
        StreamStore store, DeviceRegistry registry, IEnumerable<RouteDefinition> routes, TimeProvider time,
        ILogger<IngestPipeline> logger)
    {
        _store = store;
        _registry = registry;
        _time = time;
        _logger = logger;
        _pipeline = Create(routes);
    }

    /// <summary>Counters since the start.</summary>
    public IngestStatistics Statistics => Add(_before, _pipeline.Statistics);

    /// <summary>Takes one message; see <see cref="IngestPipeline.Ingest"/>.</summary>
    public IngestTicket Ingest(
        DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        _pipeline.Ingest(source, clientId, topic, payload);

    /// <summary>Follows other routes from now on; what waits under the old ones is appended first, within five
    /// seconds.</summary>
    public async Task UseAsync(IEnumerable<RouteDefinition> routes)
    {
        var old = _pipeline;
        _pipeline = Create(routes);
        var deadline = _time.GetTimestamp();
        while (old.Statistics.WaitingMessages > 0 && _time.GetElapsedTime(deadline) < DrainTime)
        {
            await Task.Delay(DrainPollTime, _time);
        }

        await old.DisposeAsync();
        _before = Add(_before, old.Statistics);
    }

    /// <summary>Refuses what waits for room.</summary>
    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private IngestPipeline Create(IEnumerable<RouteDefinition> routes) =>
        new(new Devices.Router(routes), _store, _registry, _time, _logger);

    private static IngestStatistics Add(IngestStatistics left, IngestStatistics right) => new(
        left.AcceptedMessages + right.AcceptedMessages,
        left.DeadLetteredMessages + right.DeadLetteredMessages,
        left.RefusedMessages + right.RefusedMessages,
        left.ReplacedEventTimes + right.ReplacedEventTimes,
        right.WaitingMessages);
}
