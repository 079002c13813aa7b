using System.Buffers.Binary;
using System.Text;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>Saves and restores the keys of a detector rule; layouts are those of <see cref="DetectorEntry"/>.</summary>
internal sealed class DetectorStates(KeyTable<DetectorState> table) : IRuleState
{
    private const int BaseCountOffset = DetectorState.FixedBytes;
    private const int ChunksOffset = BaseCountOffset + sizeof(long);
    private const int ValuesOffset = BaseCountOffset + DetectorState.PositionBytes;

    private byte[] _buffer = [];

    /// <summary>How many names of entries a key has at most, besides its own.</summary>
    public const int ExtraNames = DetectorJournal.ChunksMax + 1;

    public void Save(Action<byte[]> removed, Action<byte[], ReadOnlyMemory<byte>> changed) =>
        table.TakeChanges(key => Remove(key, removed), index => Save(index, changed));

    public void Restore(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var heads = new List<ReadOnlyMemory<byte>>();
        var parts = new Dictionary<(string Key, byte Kind, long Number), ReadOnlyMemory<byte>>();
        foreach (var bytes in entries)
        {
            if (!DetectorEntry.TryRead(bytes.Span, out var entry))
            {
                continue;
            }

            if (entry.Kind == DetectorEntry.Head)
            {
                heads.Add(bytes);
            }
            else
            {
                parts[(TextOf(entry.Key), entry.Kind, entry.Number)] = bytes;
            }
        }

        foreach (var head in heads.OrderBy(SequenceOf))
        {
            DetectorEntry.TryRead(head.Span, out var entry);
            if (JournalOf(entry, parts) is { } journal)
            {
                var state = DetectorState.Read(entry.Content);
                state.Journal = journal;
                table.Restore(entry.Key, entry.Number, state);
            }
        }
    }

    private static void Remove(byte[] key, Action<byte[]> removed)
    {
        removed(key);
        removed(DetectorEntry.BaseName(key));
        for (var chunk = 0; chunk < DetectorJournal.ChunksMax; chunk++)
        {
            removed(DetectorEntry.ChunkName(chunk, key));
        }
    }

    private void Save(int index, Action<byte[], ReadOnlyMemory<byte>> changed)
    {
        var key = table.KeyAt(index).ToArray();
        if (table.StateAt(index).Journal is not { } journal)
        {
            return;
        }

        if (journal.NeedsBase)
        {
            var bytes = Buffer(journal.Detector.SavedBytesMax + key.Length);
            var length = journal.Detector.Save(bytes[DetectorEntry.ContentOffset..]);
            length = DetectorEntry.Finish(bytes, DetectorEntry.Base, journal.Detector.Count, length, key);
            changed(DetectorEntry.BaseName(key), _buffer.AsMemory(0, length));
            journal.CloseBase();
        }

        while (journal.WaitingCount >= DetectorJournal.ChunkValues)
        {
            var length = DetectorJournal.ChunkValues * DetectorJournal.ValueBytes;
            var bytes = Buffer(length + key.Length);
            WriteValues(bytes[DetectorEntry.ContentOffset..], journal.Waiting[..DetectorJournal.ChunkValues]);
            var number = ChunkNumber(journal, journal.Chunks);
            length = DetectorEntry.Finish(bytes, DetectorEntry.Chunk, number, length, key);
            changed(DetectorEntry.ChunkName(journal.Chunks, key), _buffer.AsMemory(0, length));
            journal.CloseChunk();
        }

        changed(key, WriteHead(index, journal, key));
    }

    private ReadOnlyMemory<byte> WriteHead(int index, DetectorJournal journal, byte[] key)
    {
        var length = ValuesOffset + (journal.WaitingCount * DetectorJournal.ValueBytes);
        var bytes = Buffer(length + key.Length);
        var content = bytes[DetectorEntry.ContentOffset..];
        table.StateAt(index).Write(content);
        BinaryPrimitives.WriteInt64LittleEndian(content[BaseCountOffset..], journal.BaseCount);
        BinaryPrimitives.WriteInt32LittleEndian(content[ChunksOffset..], journal.Chunks);
        WriteValues(content[ValuesOffset..], journal.Waiting);
        length = DetectorEntry.Finish(bytes, DetectorEntry.Head, table.LastSequenceAt(index), length, key);
        return _buffer.AsMemory(0, length);
    }

    /// <summary>The detector of a head; null where a part of it is not there, so that the key begins anew.</summary>
    private static DetectorJournal? JournalOf(
        DetectorEntry head, Dictionary<(string Key, byte Kind, long Number), ReadOnlyMemory<byte>> parts)
    {
        var content = head.Content;
        if (content.Length < ValuesOffset || (content.Length - ValuesOffset) % DetectorJournal.ValueBytes != 0
            || content.Length - ValuesOffset > DetectorJournal.WaitingBytesMax)
        {
            return null;
        }

        var baseCount = BinaryPrimitives.ReadInt64LittleEndian(content[BaseCountOffset..]);
        var chunks = BinaryPrimitives.ReadInt32LittleEndian(content[ChunksOffset..]);
        var key = TextOf(head.Key);
        var detector = baseCount == 0 ? new AnomalyDetector()
            : parts.TryGetValue((key, DetectorEntry.Base, baseCount), out var saved)
                && DetectorEntry.TryRead(saved.Span, out var whole) ? AnomalyDetector.TryLoad(whole.Content)
            : null;
        if (detector is null)
        {
            return null;
        }

        var journal = DetectorJournal.Restored(detector, baseCount, chunks);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            if (!parts.TryGetValue((key, DetectorEntry.Chunk, ChunkNumber(journal, chunk)), out var bytes)
                || !DetectorEntry.TryRead(bytes.Span, out var values))
            {
                return null;
            }

            ForEachValue(values.Content, static (seconds, value, to) => to.Detector.Score(seconds, value), journal);
        }

        ForEachValue(content[ValuesOffset..], static (seconds, value, to) => to.Replay(seconds, value), journal);
        return journal;
    }

    private static long ChunkNumber(DetectorJournal journal, int chunk) =>
        journal.BaseCount + ((long)chunk * DetectorJournal.ChunkValues);

    private static void WriteValues(Span<byte> destination, ReadOnlySpan<(long Seconds, double Value)> values)
    {
        var writer = new SavedFieldWriter(destination);
        foreach (var (seconds, value) in values)
        {
            writer.Add(seconds);
            writer.Add(value);
        }
    }

    private static void ForEachValue(
        ReadOnlySpan<byte> source, Action<long, double, DetectorJournal> action, DetectorJournal journal)
    {
        var reader = new SavedFieldReader(source);
        while (!reader.Rest.IsEmpty)
        {
            action(reader.Long(), reader.Double(), journal);
        }
    }

    private Span<byte> Buffer(int contentAndKey)
    {
        var length = DetectorEntry.ContentOffset + contentAndKey;
        if (_buffer.Length < length)
        {
            _buffer = new byte[length];
        }

        return _buffer.AsSpan(0, length);
    }

    private static string TextOf(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);

    private static long SequenceOf(ReadOnlyMemory<byte> head) =>
        DetectorEntry.TryRead(head.Span, out var entry) ? entry.Number : 0;
}
