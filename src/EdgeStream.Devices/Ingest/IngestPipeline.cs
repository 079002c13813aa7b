using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Devices;

/// <summary>Takes messages as they come from the network: routes, decodes, stamps and appends them.</summary>
/// <remarks>
/// Thread-safe. Messages of one sender keep their order per stream as long as the sender's calls follow one another; it
/// need not wait for the acknowledgement in between. JSON objects and numbers are taken without allocating. What cannot
/// be routed or decoded goes to the dead-letter stream with its bytes and the reason, so that nothing is dropped
/// silently.
/// </remarks>
public sealed class IngestPipeline : IAsyncDisposable
{
    private readonly Router _router;
    private readonly StreamLane[] _lanes;
    private readonly StreamLane[] _lanesByRoute;
    private readonly StreamLane _deadLetters;
    private readonly DeviceRegistry? _registry;
    private readonly TimeProvider _timeProvider;
    private long _accepted;
    private long _deadLettered;
    private long _refused;
    private long _replacedEventTimes;

    /// <summary>Finds the routes' streams.</summary>
    /// <param name="router">The routes.</param>
    /// <param name="store">Holds every stream that a route names, and <c>dead-letter</c>.</param>
    /// <param name="registry">Learns of every accepted message; null when nobody asks.</param>
    /// <param name="timeProvider">Judges which event times are plausible.</param>
    /// <param name="logger">Told when a stream becomes busy, and when it has room again.</param>
    /// <param name="deadLetterStream">The name of the dead-letter stream.</param>
    /// <exception cref="ArgumentException">A stream does not exist.</exception>
    public IngestPipeline(
        Router router,
        StreamStore store,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        ILogger<IngestPipeline> logger,
        string deadLetterStream = "dead-letter")
    {
        _router = router;
        _registry = registry;
        _timeProvider = timeProvider;
        var lanes = new Dictionary<string, StreamLane>(StringComparer.Ordinal);
        _lanesByRoute = [.. router.Routes.Select(route => LaneOf(route.Definition.Stream))];
        _deadLetters = LaneOf(deadLetterStream);
        _lanes = [.. lanes.Values];

        StreamLane LaneOf(string name)
        {
            if (!lanes.TryGetValue(name, out var lane))
            {
                lane = store.TryGet(name, out var stream)
                    ? new StreamLane(stream, logger)
                    : throw new ArgumentException($"There is no stream '{name}'. Make it first.", nameof(store));
                lanes.Add(name, lane);
            }

            return lane;
        }
    }

    /// <summary>Counters since the pipeline was made.</summary>
    public IngestStatistics Statistics => new(
        Volatile.Read(ref _accepted),
        Volatile.Read(ref _deadLettered),
        Volatile.Read(ref _refused),
        Volatile.Read(ref _replacedEventTimes),
        _lanes.Sum(lane => (long)lane.WaitingRecords));

    /// <summary>Takes one message; all bytes are copied before the call returns.</summary>
    /// <param name="source">How it came in.</param>
    /// <param name="clientId">The sender's MQTT client id, or null.</param>
    /// <param name="topic">The topic name in UTF-8.</param>
    /// <param name="payload">The payload as it came.</param>
    public IngestTicket Ingest(
        DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var index = _router.Match(topic);
        if (index < 0)
        {
            return RefuseUnrouted(source, clientId, topic, payload);
        }

        var route = _router.Routes[index];
        var scratch = IngestScratch.OfThread;
        if (!PayloadDecoder.TryDecode(route.Decoder, payload, scratch, out var data, out var problem)
            || !route.Key.TryGetKey(topic, clientId, data, scratch, out var key, out problem))
        {
            return Bury(Explain(route, problem), source, clientId, topic, payload);
        }

        var now = Timestamp.From(_timeProvider.GetUtcNow());
        var eventTime = route.Time.Resolve(data, now, out var replaced);
        var status = _lanesByRoute[index].Append(key, data, eventTime, out var receipt);
        if (status != AppendStatus.Accepted)
        {
            Interlocked.Increment(ref _refused);
            return new IngestTicket(IngestTicket.OutcomeOf(status), receipt);
        }

        Interlocked.Increment(ref _accepted);
        if (replaced)
        {
            Interlocked.Increment(ref _replacedEventTimes);
        }

        _registry?.Observe(source, key, data, now);
        return new IngestTicket(IngestOutcome.Accepted, receipt);
    }

    /// <summary>Refuses what waits for room. Call it before the streams are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.StopAsync().ConfigureAwait(false);
        }
    }

    private static string Explain(Route route, string problem) =>
        $"Route '{route.Definition.Topic}' (decoder {route.Definition.Decoder}, key {route.Definition.Key}): "
            + $"{problem}.";

    private IngestTicket RefuseUnrouted(
        DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var name = Encoding.UTF8.GetString(topic);
        return Bury(
            $"No route takes the topic '{name}' ({_router.Routes.Count} routes were tried). "
                + "Add a route whose topic filter matches it, or one for '#'.",
            source,
            clientId,
            topic,
            payload);
    }

    private IngestTicket Bury(
        string reason, DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var key = DeadLetter.Key(topic);
        var data = DeadLetter.Write(reason, source, clientId, topic, payload);
        var status = _deadLetters.Append(key, data, eventTime: null, out var receipt);
        if (status == AppendStatus.TooLarge && payload.Length > DeadLetter.CutPayloadSizeBytes)
        {
            var cut = $"{reason} Of the payload's {payload.Length} bytes only the first "
                + $"{DeadLetter.CutPayloadSizeBytes} are kept here.";
            data = DeadLetter.Write(cut, source, clientId, topic, payload[..DeadLetter.CutPayloadSizeBytes]);
            status = _deadLetters.Append(key, data, eventTime: null, out receipt);
        }

        if (status != AppendStatus.Accepted)
        {
            Interlocked.Increment(ref _refused);
            return new IngestTicket(IngestTicket.OutcomeOf(status), receipt);
        }

        Interlocked.Increment(ref _deadLettered);
        return new IngestTicket(IngestOutcome.DeadLettered, receipt);
    }
}
