using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Saves and restores the rules of one shard together with the input position, in one step.</summary>
/// <remarks>
/// Keys of the gateway's state: <c>rules/&lt;stream&gt;/&lt;shard&gt;</c> is the header,
/// <c>…/clocks/&lt;key id&gt;</c> and <c>…/states/&lt;rule&gt;/&lt;key id&gt;</c> are entries; a key id is the first
/// 16 bytes of
/// the partition key's SHA-256 in hexadecimal digits. Only entries that changed are written. Where the state is of a
/// position within an aggregated record, <c>…/within</c> has the input position, which stands before that record (8
/// bytes), and how many of its user records are evaluated (4), little-endian.
/// </remarks>
internal sealed class SnapshotStore(StateStore state, StreamConsumer consumer, Shard shard, DataStream alerts)
{
    /// <summary>What all keys of this room start with.</summary>
    public const string Root = "rules/";

    private const int KeyIdBytes = 16;

    private const int WithinSizeBytes = sizeof(long) + sizeof(int);

    private readonly string _prefix = $"{Root}{consumer.Stream.Name}/{shard.Id}";
    private readonly string _withinKey = $"{Root}{consumer.Stream.Name}/{shard.Id}/within";
    private StateBatch? _uncommitted;
    private IReadOnlyList<KeyValuePair<string, long>>? _replayed;

    /// <summary>How many user records of the record behind the restored position are evaluated.</summary>
    public int Within { get; private set; }

    /// <summary>Restores the rules that have not changed, removes what is left of the others, and returns the
    /// header.</summary>
    /// <returns>Null if there is no usable state; the rules start empty then.</returns>
    public async ValueTask<SnapshotHeader?> RestoreAsync(ShardRules rules, CancellationToken cancellationToken)
    {
        var header = ReadHeader();
        var tables = header is null ? [] : TablesOf(rules, header);
        var byTable = state.List(_prefix + "/").ToLookup(
            entry => entry.Key[..(entry.Key.LastIndexOf('/') + 1)], StringComparer.Ordinal);
        var batch = new StateBatch();
        Within = header is not null && consumer.Checkpoint(shard)?.Value == header.InputSequence
            ? ReadWithin(header.InputSequence)
            : 0;
        foreach (var entries in byTable)
        {
            if (tables.TryGetValue(entries.Key, out var table))
            {
                table.Restore(Array.ConvertAll(entries.ToArray(), entry => entry.Value));
                continue;
            }

            foreach (var entry in entries)
            {
                if (entry.Key != _withinKey || Within == 0)
                {
                    batch.Delete(entry.Key);
                }
            }
        }

        await state.CommitAsync(batch, cancellationToken);
        _replayed = header?.AlertPositions;
        return header;
    }

    /// <summary>Ends the replay: no alert in the stream belongs to input that is still to be evaluated.</summary>
    /// <remarks>Until then saves keep the old positions, so that a second crash finds the same alerts
    /// again.</remarks>
    public void EndReplay() => _replayed = null;

    /// <summary>Makes the rules' state and the input position durable together.</summary>
    /// <remarks>Every alert of the state must be acknowledged before. After a failure the next call repeats what
    /// failed.</remarks>
    /// <exception cref="IOException">The state's log refused the write.</exception>
    /// <param name="rules">The rules.</param>
    /// <param name="input">The last record that is evaluated as a whole.</param>
    /// <param name="within">How many user records of the next one are evaluated.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    public async ValueTask SaveAsync(
        ShardRules rules, SequenceNumber input, int within, CancellationToken cancellationToken)
    {
        if (_uncommitted is not null)
        {
            await state.CommitAsync(_uncommitted, cancellationToken);
            _uncommitted = null;
        }

        var batch = new StateBatch();
        rules.Unsaved.Bytes = 0;
        AddChanges(batch, $"{_prefix}/clocks/", rules.ClockState);
        foreach (var rule in rules.Rules)
        {
            AddChanges(batch, StatesOf(rule.Definition.Name), rule.State);
        }

        var header = new SnapshotHeader(
            input.Value,
            _replayed ?? Array.ConvertAll(
                alerts.Shards.ToArray(), target => KeyValuePair.Create(target.Id, target.NewestSequence.Value)),
            Array.ConvertAll(
                rules.Rules.ToArray(),
                rule => KeyValuePair.Create(rule.Definition.Name, SnapshotHeader.HashOf(rule.Definition))));
        batch.Put(_prefix, header.ToBytes());
        AddWithin(batch, input, within);
        consumer.AddCheckpoint(batch, shard, input);
        _uncommitted = batch;
        await state.CommitAsync(batch, cancellationToken);
        _uncommitted = null;
    }

    private void AddWithin(StateBatch batch, SequenceNumber input, int within)
    {
        if (within > 0)
        {
            Span<byte> value = stackalloc byte[WithinSizeBytes];
            BinaryPrimitives.WriteInt64LittleEndian(value, input.Value);
            BinaryPrimitives.WriteInt32LittleEndian(value[sizeof(long)..], within);
            batch.Put(_withinKey, value);
        }
        else if (state.TryGet(_withinKey, out _))
        {
            batch.Delete(_withinKey);
        }
    }

    /// <summary>What is kept of a position within a record, if it belongs to the input position.</summary>
    private int ReadWithin(long input) => state.TryGet(_withinKey, out var value)
        && value.Length == WithinSizeBytes
        && BinaryPrimitives.ReadInt64LittleEndian(value.Span) == input
            ? BinaryPrimitives.ReadInt32LittleEndian(value.Span[sizeof(long)..])
            : 0;

    /// <summary>The tables whose saved entries still count, by the prefix of their keys.</summary>
    private Dictionary<string, IRuleState> TablesOf(ShardRules rules, SnapshotHeader header)
    {
        var saved = header.Rules.ToHashSet();
        var tables = rules.Rules
            .Where(rule => saved.Contains(
                new(rule.Definition.Name, SnapshotHeader.HashOf(rule.Definition))))
            .ToDictionary(rule => StatesOf(rule.Definition.Name), rule => rule.State, StringComparer.Ordinal);
        tables.Add($"{_prefix}/clocks/", rules.ClockState);
        return tables;
    }

    private string StatesOf(string rule) => $"{_prefix}/states/{rule}/";

    private static void AddChanges(StateBatch batch, string prefix, IRuleState table) => table.Save(
        key => batch.Delete(prefix + KeyIdOf(key)),
        (key, entry) => batch.Put(prefix + KeyIdOf(key), entry.Span));

    private static string KeyIdOf(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, KeyIdBytes));

    /// <summary>The header, if it is of this version and belongs to the checkpoint: a stream made anew has none, and
    /// only where a power cut took acknowledged records is the checkpoint before the header.</summary>
    private SnapshotHeader? ReadHeader()
    {
        if (!state.TryGet(_prefix, out var bytes))
        {
            return null;
        }

        var header = SnapshotHeader.TryRead(bytes);
        return header is not null && consumer.Checkpoint(shard)?.Value <= header.InputSequence
            ? header
            : null;
    }
}
