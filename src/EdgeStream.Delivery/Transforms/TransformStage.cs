using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What becomes of the records of one shard before they are written.</summary>
/// <remarks>
/// Expressions answer at once. Where a process or an endpoint is asked, records are kept until there are enough for one
/// question, in their order, those included that it is not asked about. Not thread-safe: the shard's pipeline is its
/// only user. Memory: nothing but for the chunk of <see cref="RecordChunk"/>, and its answers.
/// </remarks>
internal sealed class TransformStage : IDisposable
{
    private readonly RecordTransform? _expressions;
    private readonly IChunkTransform? _asked;
    private readonly RecordChunk _chunk = new();
    private readonly List<Entry> _kept = [];
    private TransformAnswer[] _answers = [];

    /// <summary>Prepares what the definition asks for; nothing is started or connected yet.</summary>
    public TransformStage(DeliveryDefinition definition, string shardId, ILogger logger)
    {
        if (definition.Transform is not { } transform)
        {
            return;
        }

        _expressions = transform is { Where: null, Select: null } ? null : new RecordTransform(transform);
        _asked = transform.Process is { } process
            ? new ProcessTransform(process, definition.Name, definition.Stream, shardId, logger)
            : transform.Http is { } http ? new HttpTransform(http, definition.Name, shardId)
            : null;
    }

    /// <summary>Whether records are kept for a question.</summary>
    public bool IsAsking => _asked is not null;

    /// <summary>Records that are kept.</summary>
    public int Count => _kept.Count;

    /// <summary>Whether there are enough for a question.</summary>
    public bool IsFull => _chunk.IsFull || _kept.Count >= RecordChunk.RecordsMax;

    /// <summary>Filters a record, and makes its data, by expressions; the data is valid until the next call.</summary>
    public TransformOutcome Apply(ref StreamRecord record)
    {
        if (_expressions is null)
        {
            return TransformOutcome.Ok;
        }

        var outcome = _expressions.Apply(record, out var data);
        record = record with { Data = data };
        return outcome;
    }

    /// <summary>Keeps a record for the question.</summary>
    public void Keep(in StreamRecord record, TransformOutcome outcome)
    {
        var place = _chunk.Count;
        if (outcome == TransformOutcome.Ok)
        {
            _chunk.Add(record, record.Data);
        }

        _kept.Add(new Entry(record.Sequence, record.SubSequence, record.ArrivalTime, outcome, place));
    }

    /// <summary>Asks about what is kept.</summary>
    /// <exception cref="IOException">There is no answer; asking again may help.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            _answers = _chunk.Count == 0 ? [] : await _asked!.ApplyAsync(_chunk, cancellationToken);
        }
        catch
        {
            Clear();
            throw;
        }
    }

    /// <summary>A record that was kept, as it goes out; after <see cref="AskAsync"/>.</summary>
    public TransformOutcome Get(int index, out StreamRecord record, out RejectionCause? cause)
    {
        var entry = _kept[index];
        if (entry.Outcome != TransformOutcome.Ok)
        {
            record = new StreamRecord
            {
                Sequence = entry.Sequence, SubSequence = entry.SubSequence, ArrivalTime = entry.ArrivalTime,
            };
            cause = RecordTransform.NoObject;
            return entry.Outcome;
        }

        var answer = _answers[entry.Place];
        record = _chunk[entry.Place] with { Data = answer.Data.Span };
        cause = answer.Cause;
        return answer.Outcome;
    }

    /// <summary>Forgets what is kept.</summary>
    public void Clear()
    {
        _chunk.Clear();
        _kept.Clear();
        _answers = [];
    }

    /// <inheritdoc/>
    public void Dispose() => _asked?.Dispose();

    private readonly record struct Entry(
        SequenceNumber Sequence, int? SubSequence, Timestamp ArrivalTime, TransformOutcome Outcome, int Place);
}
