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
    private readonly StreamLanes _lanes;
    private readonly StreamLane[] _lanesByRoute;
    private readonly StreamLane _deadLetters;
    private readonly DeviceRegistry? _registry;
    private readonly TimeProvider _timeProvider;
    private readonly IngestCounters _counters;
    private readonly string _deadLetterStream;

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
        : this(router, new StreamLanes(store, logger), new IngestCounters(), registry, timeProvider, deadLetterStream)
    {
    }

    private IngestPipeline(
        Router router,
        StreamLanes lanes,
        IngestCounters counters,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        string deadLetterStream)
    {
        _router = router;
        _lanes = lanes;
        _counters = counters;
        _registry = registry;
        _timeProvider = timeProvider;
        _deadLetterStream = deadLetterStream;
        _lanesByRoute = [.. router.Routes.Select(route => lanes.Of(route.Definition.Stream))];
        _deadLetters = lanes.Of(deadLetterStream);
    }

    /// <summary>Counters since the first pipeline of this succession was made.</summary>
    public IngestStatistics Statistics => _counters.With(_lanes.WaitingRecords);

    /// <summary>A pipeline with other routes that takes this one's place.</summary>
    /// <remarks>
    /// What waits under the old routes stays in front of what comes under the new ones, so the order per stream holds
    /// across the change. Both share waiting rooms and counters; disposing one of them stops both.
    /// </remarks>
    /// <exception cref="ArgumentException">A stream does not exist; this pipeline goes on.</exception>
    public IngestPipeline WithRouter(Router router) =>
        new(router, _lanes, _counters, _registry, _timeProvider, _deadLetterStream);

    /// <summary>Takes one message; all bytes are copied before the call returns.</summary>
    /// <param name="source">How it came in.</param>
    /// <param name="clientId">The sender's MQTT client id, or null.</param>
    /// <param name="topic">The topic name in UTF-8.</param>
    /// <param name="payload">The payload as it came.</param>
    /// <param name="mayWait">Whether the message may wait here while its stream is busy. A sender that can be held
    /// back is told <see cref="IngestOutcome.Busy"/> instead, and offers the message again when
    /// <see cref="IngestTicket.Acknowledged"/> completes.</param>
    /// <param name="producer">Who made the message, and its number there: sent again, it is recognised by streams that
    /// deduplicate. The default where it says nothing of that.</param>
    /// <param name="producerProblem">Why what the message says of its producer can't be read, a whole sentence: for a
    /// stream that deduplicates it is then a dead letter. Null where it can, or says nothing.</param>
    public IngestTicket Ingest(
        DeviceSource source,
        string? clientId,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        bool mayWait = true,
        ProducerStamp producer = default,
        string? producerProblem = null)
    {
        var index = _router.Match(topic);
        if (index < 0)
        {
            return RefuseUnrouted(source, clientId, topic, payload, mayWait);
        }

        var route = _router.Routes[index];
        var scratch = IngestScratch.OfThread;
        if (!PayloadDecoder.TryDecode(route.Decoder, payload, scratch, out var data, out var problem)
            || !route.Key.TryGetKey(topic, clientId, data, scratch, out var key, out problem))
        {
            return Bury(Explain(route, problem), source, clientId, topic, payload, mayWait);
        }

        var lane = _lanesByRoute[index];
        if (producerProblem is not null && lane.Stream.Definition.Deduplication)
        {
            var reason = $"Route '{route.Definition.Topic}': {producerProblem}";
            return Bury(reason, source, clientId, topic, payload, mayWait);
        }

        var now = Timestamp.From(_timeProvider.GetUtcNow());
        var eventTime = route.Time.Resolve(data, now, out var replaced);
        var status = lane.Append(key, data, eventTime, mayWait, producer, out var receipt);
        if (status is AppendStatus.TooLarge or AppendStatus.TooOld)
        {
            var explained = status == AppendStatus.TooLarge
                ? ExplainTooLarge(route, data.Length) : ExplainTooOld(route, producer);
            return Bury(explained, source, clientId, topic, payload, mayWait);
        }

        if (status != AppendStatus.Accepted)
        {
            return Refuse(status, receipt, mayWait);
        }

        _counters.AddAccepted();
        if (replaced)
        {
            _counters.AddReplacedEventTime();
        }

        if (!receipt.Appended.IsDuplicate)
        {
            _registry?.Observe(source, key, data, now);
        }

        return new IngestTicket(IngestOutcome.Accepted, receipt);
    }

    /// <summary>Puts a message that the caller can't use aside, into the dead letters.</summary>
    /// <param name="reason">Why, and what to do: whole sentences.</param>
    /// <param name="source">How it came in.</param>
    /// <param name="clientId">The sender's MQTT client id, or null.</param>
    /// <param name="topic">The topic name in UTF-8.</param>
    /// <param name="payload">The payload, or what is left of it.</param>
    public IngestTicket PutAside(
        string reason, DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        Bury(reason, source, clientId, topic, payload, mayWait: true);

    /// <summary>Refuses what waits for room. Call it before the streams are closed.</summary>
    public async ValueTask DisposeAsync() => await _lanes.StopAsync().ConfigureAwait(false);

    private static string Explain(Route route, string problem) =>
        $"Route '{route.Definition.Topic}' (decoder {route.Definition.Decoder}, key {route.Definition.Key}): "
            + $"{problem}.";

    private static string ExplainTooLarge(Route route, int dataSizeBytes) =>
        $"Route '{route.Definition.Topic}': the record of {dataSizeBytes} bytes is larger than the stream "
            + $"'{route.Definition.Stream}' accepts. Send smaller messages.";

    private static string ExplainTooOld(Route route, in ProducerStamp producer) =>
        $"Route '{route.Definition.Topic}': the stream '{route.Definition.Stream}' can't tell whether it has the "
            + $"message: its number {producer.Sequence} (epoch {producer.Epoch}) is {ProducerStamp.WindowSize} or more "
            + "below its producer's highest one, or of an earlier epoch. A producer whose counter starts again names a "
            + "greater epoch.";

    /// <summary>What is busy and may not wait comes again: it counts then.</summary>
    private IngestTicket Refuse(AppendStatus status, in LaneReceipt receipt, bool mayWait)
    {
        if (mayWait || status != AppendStatus.Busy)
        {
            _counters.AddRefused();
        }

        return new IngestTicket(IngestTicket.OutcomeOf(status), receipt);
    }

    private IngestTicket RefuseUnrouted(
        DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, bool mayWait)
    {
        var name = Encoding.UTF8.GetString(topic);
        return Bury(
            $"No route takes the topic '{name}' ({_router.Routes.Count} routes were tried). "
                + "Add a route whose topic filter matches it, or one for '#'.",
            source,
            clientId,
            topic,
            payload,
            mayWait);
    }

    private IngestTicket Bury(
        string reason,
        DeviceSource source,
        string? clientId,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        bool mayWait)
    {
        var key = DeadLetter.Key(topic);
        var data = DeadLetter.Write(reason, source, clientId, topic, payload);
        var status = _deadLetters.Append(key, data, eventTime: null, mayWait, out var receipt);
        if (status == AppendStatus.TooLarge && payload.Length > DeadLetter.CutPayloadSizeBytes)
        {
            var cut = $"{reason} Of the payload's {payload.Length} bytes only the first "
                + $"{DeadLetter.CutPayloadSizeBytes} are kept here.";
            data = DeadLetter.Write(cut, source, clientId, topic, payload[..DeadLetter.CutPayloadSizeBytes]);
            status = _deadLetters.Append(key, data, eventTime: null, mayWait, out receipt);
        }

        if (status != AppendStatus.Accepted)
        {
            return Refuse(status, receipt, mayWait);
        }

        _counters.AddDeadLettered();
        return new IngestTicket(IngestOutcome.DeadLettered, receipt);
    }
}
