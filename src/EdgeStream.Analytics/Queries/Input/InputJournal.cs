using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Where and how far the clock has raised watermarks since the last snapshot.</summary>
/// <remarks>An entry says that a shard's watermark was this when it had been read so far. Of two entries at one
/// place the
/// later one counts alone.</remarks>
internal sealed class InputJournal
{
    private readonly Dictionary<(string Stream, string Shard), Queue<InputPosition>> _replayed = [];
    private readonly List<InputPosition> _entries = [];
    private int _saved;

    /// <summary>Entries since the last snapshot.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether there are entries that are not durable yet.</summary>
    public bool HasUnsaved => _saved < _entries.Count;

    /// <summary>Whether a replay has entries to come to.</summary>
    public bool HasReplayed => _replayed.Count > 0;

    public void Note(InputPosition position)
    {
        var last = _entries.Count - 1;
        if (last >= _saved && _entries[last] is var entry
            && entry.Stream == position.Stream && entry.ShardId == position.ShardId
            && entry.Sequence == position.Sequence && entry.Within == position.Within)
        {
            _entries[last] = position;
            return;
        }

        _entries.Add(position);
    }

    /// <summary>The watermark that a shard had been raised to before a record of it, if it is to be raised
    /// again.</summary>
    public bool TryTake(string stream, string shard, long before, out long watermark)
    {
        watermark = long.MinValue;
        if (_replayed.Count == 0 || !_replayed.TryGetValue((stream, shard), out var queue))
        {
            return false;
        }

        while (queue.TryPeek(out var entry) && entry.Sequence < before)
        {
            watermark = Math.Max(watermark, entry.Watermark);
            queue.Dequeue();
        }

        return watermark != long.MinValue;
    }

    /// <summary>Appends the entries that are not durable.</summary>
    public void SaveUnsaved(ByteBuffer output)
    {
        for (var index = _saved; index < _entries.Count; index++)
        {
            PositionFormat.Write(output, _entries[index]);
        }
    }

    /// <summary>They are durable now.</summary>
    public void MarkSaved() => _saved = _entries.Count;

    /// <summary>Appends the entries that a replay has not come to yet.</summary>
    public void SaveReplayed(ByteBuffer output)
    {
        foreach (var queue in _replayed.Values)
        {
            foreach (var entry in queue)
            {
                PositionFormat.Write(output, entry);
            }
        }
    }

    /// <summary>A snapshot has been made: positions and watermarks are in it, and what <see cref="SaveReplayed"/> has
    /// written beside it.</summary>
    public void Clear()
    {
        _entries.Clear();
        foreach (var queue in _replayed.Values)
        {
            _entries.AddRange(queue);
        }

        _saved = _entries.Count;
    }

    /// <summary>Takes entries that were saved, to raise the watermarks again at the same places.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        while (!reader.Rest.IsEmpty && !reader.IsBroken)
        {
            var entry = PositionFormat.Read(ref reader);
            if (!_replayed.TryGetValue((entry.Stream, entry.ShardId), out var queue))
            {
                queue = new Queue<InputPosition>();
                _replayed.Add((entry.Stream, entry.ShardId), queue);
            }

            queue.Enqueue(entry);
            _entries.Add(entry);
        }

        _saved = _entries.Count;
    }
}
