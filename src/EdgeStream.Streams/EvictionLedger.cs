using System.Buffers.Binary;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Keeps in the state how many records each shard has evicted and why, over restarts.</summary>
/// <remarks>
/// One entry a shard, <c>evictions/&lt;stream&gt;/&lt;shard id&gt;</c>: four counts (age, bytes, budget, disk full), 8
/// bytes each, little-endian. Saved within about a second after an eviction and at the end, so a power cut takes at
/// most the reason of the last ones, never their number.
/// </remarks>
internal sealed class EvictionLedger(StateStore state)
{
    internal const string KeyPrefix = "evictions/";

    private const int EntrySizeBytes = 4 * sizeof(long);

    private readonly Lock _gate = new();
    private Task _saving = Task.CompletedTask;

    /// <summary>The counts of a shard as they were saved before this start.</summary>
    internal static EvictionCounts Load(StateStore state, string stream, string shardId)
    {
        if (!state.TryGet(KeyOf(stream, shardId), out var value) || value.Length != EntrySizeBytes)
        {
            return default;
        }

        var counts = value.Span;
        return new EvictionCounts(
            BinaryPrimitives.ReadInt64LittleEndian(counts),
            BinaryPrimitives.ReadInt64LittleEndian(counts[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(counts[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(counts[24..]),
            0);
    }

    /// <summary>Begins to save what has changed, unless the last saving is still under way.</summary>
    internal void Tick(IReadOnlyList<DataStream> streams)
    {
        lock (_gate)
        {
            if (_saving.IsCompleted)
            {
                _saving = SaveAsync(streams);
            }
        }
    }

    /// <summary>Completes when nothing is being saved of shards that have gone before the call.</summary>
    internal Task WhenSaved()
    {
        lock (_gate)
        {
            return _saving;
        }
    }

    /// <summary>Saves what has changed, after what is under way.</summary>
    internal async Task FlushAsync(IReadOnlyList<DataStream> streams)
    {
        await WhenSaved().ConfigureAwait(false);
        await SaveAsync(streams).ConfigureAwait(false);
    }

    /// <summary>
    /// Never throws: a state that cannot be written shows in the health, and the counts are tried again.
    /// </summary>
    private async Task SaveAsync(IReadOnlyList<DataStream> streams)
    {
        var changed = new List<Shard>();
        var batch = new StateBatch();
        foreach (var stream in streams)
        {
            foreach (var shard in stream.Shards)
            {
                var counts = shard.EvictionCounts;
                if (counts != shard.SavedEvictionCounts && shard.State != ShardState.Expired)
                {
                    shard.SavingEvictionCounts = counts;
                    changed.Add(shard);
                    Put(batch, KeyOf(stream.Name, shard.Id), counts);
                }
            }
        }

        try
        {
            await state.CommitAsync(batch).ConfigureAwait(false);
            changed.ForEach(static shard => shard.SavedEvictionCounts = shard.SavingEvictionCounts);
        }
        catch (IOException)
        {
            // Tried again with the next tick; the state's health tells.
        }
    }

    internal static string KeyOf(string stream, string shardId) => $"{KeyPrefix}{stream}/{shardId}";

    private static void Put(StateBatch batch, string key, in EvictionCounts counts)
    {
        Span<byte> value = stackalloc byte[EntrySizeBytes];
        BinaryPrimitives.WriteInt64LittleEndian(value, counts.Age);
        BinaryPrimitives.WriteInt64LittleEndian(value[8..], counts.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(value[16..], counts.Budget);
        BinaryPrimitives.WriteInt64LittleEndian(value[24..], counts.DiskFull);
        batch.Put(key, value);
    }
}
