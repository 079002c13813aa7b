using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What becomes of the records of one shard before they are written.</summary>
/// <remarks>
/// Expressions answer at once. Where a process or an endpoint is asked, records are kept until there are enough for one
/// question, in their order, those included that it is not asked about. Not thread-safe: the shard's pipeline is its
/// only user. Memory: nothing but for one <see cref="RecordChunk"/>, and its answers; the user records of
/// one aggregated record may take several.
/// </remarks>
internal sealed class TransformStage : IDisposable
{
    private readonly RecordTransform? _expressions;
    private readonly IChunkTransform? _asked;
    private readonly ChunkInquiry? _inquiry;
    private readonly List<RecordChunk> _chunks = [new RecordChunk()];
    private readonly List<Entry> _kept = [];
    private readonly List<TransformAnswer[]> _answers = [];

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
        _inquiry = _asked is null ? null : new ChunkInquiry(_asked);
    }

    /// <summary>Whether records are kept for a question.</summary>
    public bool IsAsking => _asked is not null;

    /// <summary>Records that are kept.</summary>
    public int Count => _kept.Count;

    /// <summary>Whether there are enough for a question.</summary>
    public bool IsFull => _chunks[^1].IsFull || _kept.Count >= RecordChunk.RecordsMax;

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
        if (_chunks[^1].IsFull)
        {
            _chunks.Add(new RecordChunk());
        }

        var place = _chunks[^1].Count;
        if (outcome == TransformOutcome.Ok)
        {
            _chunks[^1].Add(record, record.Data);
        }

        _kept.Add(new Entry(
            record.Sequence, record.SubSequence, record.ArrivalTime, outcome, _chunks.Count - 1, place));
    }

    /// <summary>Asks about what is kept and was not answered yet.</summary>
    /// <exception cref="IOException">There is no answer; asking again may help.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        while (_answers.Count < _chunks.Count)
        {
            var chunk = _chunks[_answers.Count];
            _answers.Add(chunk.Count == 0 ? [] : await _inquiry!.AskAsync(chunk, cancellationToken));
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

        var answer = _answers[entry.Chunk][entry.Place];
        record = _chunks[entry.Chunk][entry.Place] with { Data = answer.Data.Span };
        cause = answer.Cause;
        return answer.Outcome;
    }

    /// <summary>Forgets what is kept.</summary>
    public void Clear()
    {
        _chunks.RemoveRange(1, _chunks.Count - 1);
        _chunks[0].Clear();
        _kept.Clear();
        _answers.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _asked?.Dispose();

    private readonly record struct Entry(
        SequenceNumber Sequence, int? SubSequence, Timestamp ArrivalTime, TransformOutcome Outcome, int Chunk,
        int Place);
}
