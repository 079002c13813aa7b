using System.Globalization;

namespace EdgeStream.Delivery;

/// <summary>The answers for the records of one chunk, found by the ids that were given to them.</summary>
/// <remarks>An id says the place in the log, every time the same: shard, sequence number, and the place within an
/// aggregated record.</remarks>
internal sealed class ChunkAnswers
{
    private readonly Dictionary<string, int> _places;
    private readonly string[] _ids;
    private readonly TransformAnswer[] _answers;

    /// <summary>Gives ids to the records; nothing is answered yet.</summary>
    public ChunkAnswers(string shardId, RecordChunk chunk)
    {
        _places = new Dictionary<string, int>(chunk.Count, StringComparer.Ordinal);
        _ids = new string[chunk.Count];
        _answers = new TransformAnswer[chunk.Count];
        for (var index = 0; index < chunk.Count; index++)
        {
            var record = chunk[index];
            _ids[index] = record.SubSequence is { } place
                ? string.Create(CultureInfo.InvariantCulture, $"{shardId}:{record.Sequence.Value}:{place}")
                : string.Create(CultureInfo.InvariantCulture, $"{shardId}:{record.Sequence.Value}");
            _places.Add(_ids[index], index);
            _answers[index] = AnswerReader.Missing;
        }
    }

    /// <summary>Records without an answer.</summary>
    public int MissingCount => _places.Count;

    /// <summary>The id of a record.</summary>
    public string IdOf(int index) => _ids[index];

    /// <summary>Takes an answer; false if it is for none of the records, or the second for one.</summary>
    public bool TrySet(string? id, in TransformAnswer answer)
    {
        if (id is null || !_places.Remove(id, out var index))
        {
            return false;
        }

        _answers[index] = answer;
        return true;
    }

    /// <summary>The answers in the order of the chunk; who has none has failed.</summary>
    public TransformAnswer[] InOrder() => _answers;
}
