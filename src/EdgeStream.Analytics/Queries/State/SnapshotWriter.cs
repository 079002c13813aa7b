using System.Numerics;
using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Saves and restores queries, and the journals of what they read.</summary>
/// <remarks>
/// A query's state is written in chunks beside the saved one, and counts when its header does, which is one
/// step for all
/// queries that read together. A state that has not changed is not written again.
/// </remarks>
internal sealed class SnapshotWriter(StateStore state)
{
    /// <summary>A batch of the state's log takes 2 MiB.</summary>
    private const int ChunkSizeBytes = 1 << 20;

    private readonly ByteBuffer _bytes = new();
    private readonly ByteBuffer _part = new();

    /// <summary>What is saved of a query; null for nothing that can be used.</summary>
    public QuerySnapshot? ReadHeader(string query) =>
        state.TryGet(SnapshotKeys.Header(query), out var bytes) ? QuerySnapshot.TryRead(bytes.Span) : null;

    /// <summary>The state of a header; null if it is not all there.</summary>
    public byte[]? ReadState(string query, QuerySnapshot header)
    {
        var bytes = new byte[header.SizeBytes];
        var length = 0;
        for (var index = 0; index < header.ChunkCount; index++)
        {
            if (!state.TryGet(SnapshotKeys.Chunk(query, header.Set, index), out var chunk)
                || chunk.Length > bytes.Length - length)
            {
                return null;
            }

            chunk.Span.CopyTo(bytes.AsSpan(length));
            length += chunk.Length;
        }

        return length == bytes.Length && ChecksumOf(bytes) == header.Checksum ? bytes : null;
    }

    /// <summary>Makes all queries of a reader durable with how far it has read.</summary>
    /// <returns>The bytes that were written.</returns>
    /// <exception cref="IOException">The state's log refused the write; what was saved before counts.</exception>
    public async ValueTask<long> SaveAsync(
        string readerId,
        IReadOnlyList<RunningQuery> queries,
        MergedInput input,
        CancellationToken cancellationToken)
    {
        long written = 0;
        var positions = input.Positions();
        var headers = new StateBatch();
        foreach (var query in queries)
        {
            var header = await WriteStateAsync(readerId, query, input, positions, headers, cancellationToken);
            written += header.SizeBytes;
            headers.Put(SnapshotKeys.Header(query.Definition.Name), header.ToBytes());
        }

        foreach (var (key, _) in state.List(SnapshotKeys.Journals(readerId)))
        {
            headers.Delete(key);
        }

        // What a replay has not come to yet still counts.
        _part.Clear();
        input.Journal.SaveReplayed(_part);
        if (_part.Length > 0)
        {
            headers.Put(SnapshotKeys.Journal(readerId, 0), _part.Written);
        }

        await state.CommitAsync(headers, cancellationToken);
        input.Journal.Clear();
        return written;
    }

    /// <summary>Makes durable what the order of rows depends on, before rows that do are put out.</summary>
    public async ValueTask SaveJournalAsync(string readerId, InputJournal journal, CancellationToken cancellationToken)
    {
        _part.Clear();
        journal.SaveUnsaved(_part);
        var index = state.List(SnapshotKeys.Journals(readerId)).Count;
        var batch = new StateBatch().Put(SnapshotKeys.Journal(readerId, index), _part.Written);
        await state.CommitAsync(batch, cancellationToken);
        journal.MarkSaved();
    }

    /// <summary>The journal of a reader.</summary>
    public InputJournal ReadJournal(string readerId)
    {
        var journal = new InputJournal();
        foreach (var (_, value) in state.List(SnapshotKeys.Journals(readerId))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            journal.Load(value.Span);
        }

        return journal;
    }

    /// <summary>Forgets all of a query.</summary>
    public void AddRemoval(StateBatch batch, string query)
    {
        batch.Delete(SnapshotKeys.Header(query));
        foreach (var (key, _) in state.List(SnapshotKeys.Chunks(query)))
        {
            batch.Delete(key);
        }
    }

    private async ValueTask<QuerySnapshot> WriteStateAsync(
        string readerId,
        RunningQuery query,
        MergedInput input,
        IReadOnlyList<InputPosition> positions,
        StateBatch headers,
        CancellationToken cancellationToken)
    {
        var name = query.Definition.Name;
        var saved = ReadHeader(name);
        query.SaveState(_bytes, input);
        var checksum = ChecksumOf(_bytes.Written);
        var ordinals = query.Writers.Zip(
            query.Definition.Outputs, (writer, output) => KeyValuePair.Create(output.From, writer.Ordinal)).ToList();
        var isSame = saved is not null && saved.Epoch == query.Epoch
            && saved.SizeBytes == _bytes.Length && saved.Checksum == checksum;
        var set = isSame ? saved!.Set : (byte)(saved?.Set == 0 ? 1 : 0);
        var count = (_bytes.Length + ChunkSizeBytes - 1) / ChunkSizeBytes;
        for (var index = 0; index < count && !isSame; index++)
        {
            var start = index * ChunkSizeBytes;
            var size = Math.Min(ChunkSizeBytes, _bytes.Length - start);
            var batch = new StateBatch().Put(
                SnapshotKeys.Chunk(name, set, index), _bytes.Written.Slice(start, size));
            await state.CommitAsync(batch, cancellationToken);
        }

        var kept = Enumerable.Range(0, count).Select(index => SnapshotKeys.Chunk(name, set, index)).ToHashSet();
        foreach (var (key, _) in state.List(SnapshotKeys.Chunks(name)))
        {
            if (!kept.Contains(key))
            {
                headers.Delete(key);
            }
        }

        return new QuerySnapshot(
            query.Fingerprint, query.Epoch, readerId, set, count, _bytes.Length, checksum, positions, ordinals);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BitConverter.ToUInt64(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return ~checksum;
    }
}
