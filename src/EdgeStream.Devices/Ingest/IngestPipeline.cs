using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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
    private readonly DialectMemory _memory;

    /// <summary>Finds the routes' streams.</summary>
    /// <param name="router">The routes.</param>
    /// <param name="store">Holds every stream that a route names, and <c>dead-letter</c>.</param>
    /// <param name="registry">Learns of every accepted message; null when nobody asks.</param>
    /// <param name="timeProvider">Judges which event times are plausible.</param>
    /// <param name="logger">Told when a stream becomes busy, and when it has room again.</param>
    /// <param name="deadLetterStream">The name of the dead-letter stream.</param>
    /// <param name="memory">What dialects have learned; null begins with nothing and forgets it with the
    /// pipeline.</param>
    /// <exception cref="ArgumentException">A stream does not exist.</exception>
    public IngestPipeline(
        Router router,
        StreamStore store,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        ILogger<IngestPipeline> logger,
        string deadLetterStream = "dead-letter",
        DialectMemory? memory = null)
        : this(
            router, new StreamLanes(store, logger), new IngestCounters(), registry, timeProvider, deadLetterStream,
            memory ?? new DialectMemory(null, null, NullLogger<DialectMemory>.Instance))
    {
    }

    private IngestPipeline(
        Router router,
        StreamLanes lanes,
        IngestCounters counters,
        DeviceRegistry? registry,
        TimeProvider timeProvider,
        string deadLetterStream,
        DialectMemory memory)
    {
        _memory = memory;
        _router = router;
        _lanes = lanes;
        _counters = counters;
        _registry = registry;
        _timeProvider = timeProvider;
        _deadLetterStream = deadLetterStream;
        _lanesByRoute = [.. router.Routes.Select(route => lanes.Of(route.Definition.Stream))];
        _deadLetters = lanes.Of(deadLetterStream);
    }

    /// <summary>The routes that are followed.</summary>
    public Router Router => _router;

    /// <summary>What dialects have learned.</summary>
    public DialectMemory Memory => _memory;

    /// <summary>Counters since the first pipeline of this succession was made.</summary>
    public IngestStatistics Statistics => _counters.With(_lanes.WaitingRecords);

    /// <summary>A pipeline with other routes that takes this one's place.</summary>
    /// <remarks>
    /// What waits under the old routes stays in front of what comes under the new ones, so the order per stream holds
    /// across the change. Both share waiting rooms and counters; disposing one of them stops both.
    /// </remarks>
    /// <exception cref="ArgumentException">A stream does not exist; this pipeline goes on.</exception>
    public IngestPipeline WithRouter(Router router) =>
        new(router, _lanes, _counters, _registry, _timeProvider, _deadLetterStream, _memory);

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
            var reason = IngestReasons.Unrouted(topic, _router.Routes.Count);
            return Bury(reason, source, clientId, topic, payload, mayWait);
        }

        var route = _router.Routes[index];
        var lane = _lanesByRoute[index];
        if (producerProblem is not null && lane.Stream.Definition.Deduplication)
        {
            var unreadable = $"Route '{route.Definition.Topic}': {producerProblem}";
            return Bury(unreadable, source, clientId, topic, payload, mayWait);
        }

        var message = new DialectMessage(route, topic, clientId, payload, _memory);
        return route.IsPlain
            ? TakeObject(message, lane, source, mayWait, producer)
            : TakeReadings(message, lane, source, mayWait, producer);
    }

    /// <summary>Puts aside what is left of a message that the caller can't take whole, into the dead
    /// letters.</summary>
    /// <param name="reason">Why, and what to do: whole sentences.</param>
    /// <param name="source">How it came in.</param>
    /// <param name="clientId">The sender's MQTT client id, or null.</param>
    /// <param name="topic">The topic name in UTF-8.</param>
    /// <param name="payload">The payload, or what is left of it.</param>
    public IngestTicket PutAside(
        string reason, DeviceSource source, string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        Bury(reason, source, clientId, topic, payload, mayWait: true, isCut: true);

    /// <summary>Takes a message whose payload is the record.</summary>
    private IngestTicket TakeObject(
        in DialectMessage message, StreamLane lane, DeviceSource source, bool mayWait, in ProducerStamp producer)
    {
        var route = message.Route;
        var scratch = IngestScratch.OfThread;
        if (!PayloadDecoder.TryDecode(route.Decoder, message.Payload, scratch, out var data, out var problem)
            || !TryGetKey(message, data, scratch, out var key, out problem))
        {
            return Bury(IngestReasons.Undecoded(route, problem), source, message, mayWait);
        }

        var now = Timestamp.From(_timeProvider.GetUtcNow());
        var (time, stated) = TimeOf(route, source, key, data, now);
        var note = new DeviceNote { Stated = stated, Counter = CounterOf(route, data) };
        Timestamp? eventTime = time.IsStated ? new Timestamp(time.UnixMicroseconds) : null;
        var status = lane.Append(key, data, eventTime, mayWait, producer, out var receipt);
        if (status is AppendStatus.TooLarge or AppendStatus.TooOld)
        {
            return Bury(IngestReasons.Refused(route, status, data.Length, producer), source, message, mayWait);
        }

        if (status != AppendStatus.Accepted)
        {
            return Refuse(status, receipt, mayWait);
        }

        CountAccepted(time.Quality == TimeQuality.Replaced);
        Observe(receipt, source, key, data, now, note);
        return new IngestTicket(IngestOutcome.Accepted, receipt);
    }

    /// <summary>Takes a message whose readings are the records.</summary>
    private IngestTicket TakeReadings(
        in DialectMessage message, StreamLane lane, DeviceSource source, bool mayWait, in ProducerStamp producer)
    {
        var scratch = IngestScratch.OfThread;
        var batch = scratch.Readings;
        var now = Timestamp.From(_timeProvider.GetUtcNow());
        if (!MessageReader.TryRead(message, now, source, _registry, scratch, out var problem))
        {
            return Bury(IngestReasons.Undecoded(message.Route, problem), source, message, mayWait);
        }

        Task? acknowledged = null;
        var receipt = default(LaneReceipt);
        Span<byte> identity = stackalloc byte[ProducerStamp.ProducerIdSizeBytesMax];
        var replaced = false;
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch[i];
            var data = batch.DataOf(record);
            var key = MessageReader.KeyOf(message, record, scratch);
            var stamp = RecordStamp.Of(producer, i, identity);

            // What follows the first record waits for room: its sender knows of one message only.
            var status = lane.Append(key, data, record.EventTime, mayWait || i > 0, stamp, out receipt);
            if (status is AppendStatus.TooLarge or AppendStatus.TooOld)
            {
                var reason = IngestReasons.Refused(message.Route, status, data.Length, producer);
                return Bury(reason, source, message, mayWait);
            }

            if (status != AppendStatus.Accepted)
            {
                return Refuse(status, receipt, mayWait);
            }

            replaced |= record.Time.Quality == TimeQuality.Replaced;
            Observe(receipt, source, key, data, now, NoteOf(message.Route, batch, record, data));
            acknowledged = batch.Count == 1 ? null : Both(acknowledged, receipt.Acknowledged);
        }

        CountAccepted(replaced);
        NoteNumber(message, source, batch, scratch);
        if (batch.Pending is { } pending)
        {
            acknowledged = Both(acknowledged ?? receipt.Acknowledged, pending);
        }

        return new IngestTicket(
            IngestOutcome.Accepted, acknowledged is null ? receipt : new LaneReceipt(default, acknowledged));
    }

    /// <summary>A record that is there already was noted when it came first.</summary>
    private void Observe(
        in LaneReceipt receipt, DeviceSource source, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Timestamp now,
        scoped in DeviceNote note)
    {
        if (receipt.Appended.IsDuplicate)
        {
            _registry?.NoteRepeated(key);
        }
        else
        {
            _registry?.Observe(source, key, data, now, note);
        }
    }

    /// <summary>The time of a message whose payload is the record, and the time that is still to be noted.</summary>
    private (ReadingTime Time, Timestamp? Stated) TimeOf(
        Route route, DeviceSource source, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Timestamp now)
    {
        var time = route.Time.Find(data);
        Timestamp? stated = time.IsStated ? new Timestamp(time.UnixMicroseconds) : null;
        if (!route.DefersTimes || stated is not { } there)
        {
            return (EventTimeRule.Judge(time, now), stated);
        }

        _registry?.NoteTime(source, key, there, now);
        return (DeviceTimes.Judge(route, time, _registry?.ClockOffsetOf(key), now), null);
    }

    private static ulong? CounterOf(Route route, ReadOnlySpan<byte> data) =>
        route.Counter is { } path && path.TryFind(data, out var reader) && reader.TokenType == JsonTokenType.Number
            && reader.TryGetUInt64(out var number) ? number : null;

    private static DeviceNote NoteOf(
        Route route, ReadingBatch batch, in ReadingRecord record, ReadOnlySpan<byte> data) => new()
    {
        Dialect = route.Dialect is null ? null : route.Definition.Dialect,
        Stated = route.DefersTimes ? null : record.Stated,
        Vitals = record.Vitals,
        Firmware = batch.FirmwareOf(record),
        Counter = CounterOf(route, data),
    };

    /// <summary>The number of a message belongs to the device that counts, where that is how records are
    /// keyed.</summary>
    private void NoteNumber(
        in DialectMessage message, DeviceSource source, ReadingBatch batch, IngestScratch scratch)
    {
        if (batch.Numbered is { } numbered && batch.Count > 0)
        {
            var id = message.Route is { Key.IsDevice: true, NamesDevice: false }
                ? numbered.Device : MessageReader.KeyOf(message, batch[0], scratch);
            _registry?.NoteNumber(source, id, numbered.Number, numbered.Begins, batch.Now);
        }
    }

    private static Task Both(Task? one, Task other) =>
        one is null || ReferenceEquals(one, other) ? other : Task.WhenAll(one, other);

    private static bool TryGetKey(
        in DialectMessage message,
        ReadOnlySpan<byte> data,
        IngestScratch scratch,
        out ReadOnlySpan<byte> key,
        out string problem)
    {
        var route = message.Route;
        scratch.Device.Clear();
        if (route.Key.IsDevice)
        {
            route.Device.AddTo(scratch.Device, message.Topic, message.ClientId, isEscaped: false);
        }

        return route.Key.TryGetKey(
            scratch.Device.All, message.Topic, message.ClientId, data, scratch, out key, out problem);
    }

    private void CountAccepted(bool replaced)
    {
        _counters.AddAccepted();
        if (replaced)
        {
            _counters.AddReplacedEventTime();
        }
    }

    /// <summary>Refuses what waits for room. Call it before the streams are closed.</summary>
    public async ValueTask DisposeAsync() => await _lanes.StopAsync().ConfigureAwait(false);

    /// <summary>What is busy and may not wait comes again: it counts then.</summary>
    private IngestTicket Refuse(AppendStatus status, in LaneReceipt receipt, bool mayWait)
    {
        if (mayWait || status != AppendStatus.Busy)
        {
            _counters.AddRefused();
        }

        return new IngestTicket(IngestTicket.OutcomeOf(status), receipt);
    }

    private IngestTicket Bury(string reason, DeviceSource source, in DialectMessage message, bool mayWait) =>
        Bury(reason, source, message.ClientId, message.Topic, message.Payload, mayWait);

    private IngestTicket Bury(
        string reason,
        DeviceSource source,
        string? clientId,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        bool mayWait,
        bool isCut = false)
    {
        var key = DeadLetter.Key(topic);
        var data = DeadLetter.Write(reason, source, clientId, topic, payload, isCut);
        var status = _deadLetters.Append(key, data, eventTime: null, mayWait, out var receipt);
        if (status == AppendStatus.TooLarge && payload.Length > DeadLetter.CutPayloadSizeBytes)
        {
            var cut = $"{reason} Of the payload's {payload.Length} bytes only the first "
                + $"{DeadLetter.CutPayloadSizeBytes} are kept here.";
            data = DeadLetter.Write(cut, source, clientId, topic, payload[..DeadLetter.CutPayloadSizeBytes], true);
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
