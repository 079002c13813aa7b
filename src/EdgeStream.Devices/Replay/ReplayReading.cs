using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Reads dead letters and what the routes make of them now; appends nothing.</summary>
/// <remarks>At most 16 MiB of records at a time: the reading ends early there.</remarks>
internal sealed class ReplayReading
{
    private const int RecordBytesMax = 16 << 20;

    private readonly StreamStore _store;
    private readonly Router _router;
    private readonly DialectMemory _memory;
    private readonly DialectLearning _learning;
    private readonly List<ReplayedLetter> _letters = [];
    private readonly List<ReplayPlan> _plans = [];
    private readonly Dictionary<SequenceNumber, string> _refusals = [];
    private readonly SequenceNumber _next;
    private readonly bool _isAtEnd;
    private readonly Route? _filter;
    private long _recordBytes;

    /// <summary>Reads what a request asks for.</summary>
    internal ReplayReading(
        ReplayRequest request, StreamStore store, Router router, DialectMemory memory, ReplayedSet done)
    {
        _store = store;
        _router = router;
        _memory = memory;
        _learning = request.IsDryRun ? DialectLearning.Nothing : DialectLearning.Unknown;
        _filter = request.TopicFilter is { } topic ? Route.Create(new RouteDefinition { Topic = topic }) : null;
        using var reader = request.Shard.OpenReader(request.From);
        _next = reader.NextSequence;
        for (var left = request.LetterCount; left > 0 && _recordBytes < RecordBytesMax; left--)
        {
            if ((request.Before is { } before && _next.Value >= before.Value) || !reader.TryRead(out var record)
                || (request.Before is { } end && record.Sequence.Value >= end.Value)
                || (request.Until is { } until && record.ArrivalTime >= until))
            {
                _isAtEnd = true;
                return;
            }

            _next = reader.NextSequence;
            Take(record, done);
        }
    }

    /// <summary>What is to be appended, in order.</summary>
    internal IReadOnlyList<ReplayPlan> Plans => _plans;

    /// <summary>Leaves out records whose keys have some hashes.</summary>
    internal void LeaveOut(HashSet<UInt128> hashes)
    {
        for (var i = 0; i < _plans.Count; i++)
        {
            _plans[i] = _plans[i] with
            {
                Records = [.. _plans[i].Records.Where(record => !hashes.Contains(DataStream.HashKeyOf(record.Key)))],
            };
        }
    }

    /// <summary>Notes that a letter could not be appended.</summary>
    internal void Refuse(ReplayPlan plan, string reason) => _refusals[plan.Sequence] = reason;

    /// <summary>The answer to the request.</summary>
    internal ReplayResult Result(string? problem) => new(
        [
            .. _letters.Select(letter => _refusals.TryGetValue(letter.Sequence, out var reason)
                ? letter with { Outcome = ReplayOutcome.StillRefused, Records = 0, Reason = reason }
                : letter),
        ],
        _next,
        _isAtEnd,
        problem);

    /// <summary>The answer when nothing was appended.</summary>
    internal ReplayResult ResultOfNone(string problem)
    {
        foreach (var plan in _plans)
        {
            Refuse(plan, problem);
        }

        return Result(problem);
    }

    private void Take(in StreamRecord record, ReplayedSet done)
    {
        if (_filter is not null && !_filter.Matches(record.PartitionKey))
        {
            return;
        }

        var problem = TryParse(record.Data, out var letter)
            ? null : "It is not a message that was put aside here, or only the beginning of one was kept.";
        var topic = letter?.Topic ?? "";
        if (done.Contains(record.Sequence.Value))
        {
            _letters.Add(new ReplayedLetter(record.Sequence, topic, ReplayOutcome.AlreadyReplayed, null, 0,
                "It was replayed before."));
        }
        else if (letter is null)
        {
            _letters.Add(new ReplayedLetter(record.Sequence, topic, ReplayOutcome.NotReplayable, null, 0, problem));
        }
        else
        {
            Plan(record, letter);
        }
    }

    private void Plan(in StreamRecord record, Letter letter)
    {
        var index = _router.Match(record.PartitionKey);
        if (index < 0)
        {
            var reason = IngestReasons.Unrouted(record.PartitionKey, _router.Routes.Count);
            _letters.Add(new ReplayedLetter(
                record.Sequence, letter.Topic, ReplayOutcome.StillRefused, null, 0, reason));
            return;
        }

        var route = _router.Routes[index];
        var scratch = IngestScratch.OfThread;
        var message = new DialectMessage(
            route, record.PartitionKey, letter.ClientId, letter.Payload, _memory, _learning);
        if (!MessageReader.TryRead(
                message, record.ArrivalTime, DeviceSource.Mqtt, registry: null, scratch, out var problem)
            || !_store.TryGet(route.Definition.Stream, out var stream))
        {
            _letters.Add(new ReplayedLetter(
                record.Sequence, letter.Topic, ReplayOutcome.StillRefused, null, 0,
                IngestReasons.Undecoded(route, problem)));
            return;
        }

        var records = new List<PlannedRecord>();
        for (var i = 0; i < scratch.Readings.Count; i++)
        {
            ref readonly var read = ref scratch.Readings[i];
            var planned = new PlannedRecord(
                MessageReader.KeyOf(message, read, scratch).ToArray(),
                scratch.Readings.DataOf(read).ToArray(),
                read.EventTime ?? record.ArrivalTime);
            _recordBytes += planned.Data.Length;
            records.Add(planned);
        }

        _plans.Add(new ReplayPlan(record.Sequence, stream, records));
        _letters.Add(new ReplayedLetter(
            record.Sequence, letter.Topic, ReplayOutcome.Replayed, stream.Name, records.Count, null));
    }

    private static bool TryParse(ReadOnlySpan<byte> data, out Letter? letter)
    {
        letter = null;
        try
        {
            using var document = JsonDocument.Parse(data.ToArray());
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && !root.TryGetProperty("payloadCut"u8, out _)
                && root.TryGetProperty("topic"u8, out var topic)
                && root.TryGetProperty("clientId"u8, out var client)
                && root.TryGetProperty("payloadBase64"u8, out var payload)
                && payload.TryGetBytesFromBase64(out var bytes))
            {
                var clientId = client.GetString();
                letter = new Letter(topic.GetString() ?? "", clientId is "" ? null : clientId, bytes);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Whatever it is, it is no dead letter.
        }

        return letter is not null;
    }

    private sealed record Letter(string Topic, string? ClientId, byte[] Payload);
}
