using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Sets what deliveries have counted beside what the logs have numbered.</summary>
/// <remarks>
/// <para>Thread-safe; changes nothing, and works beside deliveries that run. Three things are held against each other,
/// each made at a time and a place of its own: the logs' sequence numbers and arrival times (appended, pending), what
/// was counted of each hour when it was accepted, put aside or found missing (delivered, rejected, evicted), and the
/// totals of the ledger.</para>
/// <para>Bounds: 336 hours and 256 gaps of each shard; what is older is one sum.</para>
/// </remarks>
public static class DeliveryAuditor
{
    /// <summary>The account of every delivery that has a ledger, or of one of them, shard by shard.</summary>
    /// <param name="store">The streams and the ledgers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="delivery">The one delivery, as status has its name; null for all.</param>
    public static IReadOnlyList<ShardAudit> Audit(StreamStore store, TimeProvider time, string? delivery = null)
    {
        var audits = new List<ShardAudit>();
        foreach (var prefix in (ReadOnlySpan<string>)[
            DeliveryDefinition.ConfiguredLedgerPrefix, DeliveryDefinition.ApiLedgerPrefix])
        {
            var state = store.State.List(prefix);
            foreach (var (key, value) in state)
            {
                var parts = key[prefix.Length..].Split('/');
                if (parts.Length != 2)
                {
                    continue;
                }

                var title = prefix == DeliveryDefinition.ApiLedgerPrefix
                    ? DeliveryDefinition.ApiTitlePrefix + parts[0] : parts[0];
                if (delivery is null || delivery == title)
                {
                    audits.Add(Audit(store, time, title, parts[1], key, value, state));
                }
            }
        }

        audits.Sort(static (one, other) => string.CompareOrdinal(one.Delivery, other.Delivery) is var order and not 0
            ? order
            : string.CompareOrdinal(one.Shard, other.Shard));
        return audits;
    }

    private static ShardAudit Audit(
        StreamStore store, TimeProvider time, string title, string shardId, string key, ReadOnlyMemory<byte> value,
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state)
    {
        try
        {
            var entry = LedgerFormat.Read(value.Span);
            if (shardId == ShardAudit.Expired)
            {
                return OfExpired(title, entry);
            }

            return store.TryGet(entry.Stream, out var stream) && stream.TryGetShard(shardId, out var shard)
                ? OfShard(title, shard, entry, key, state, time)
                : OfExpired(title, entry) with { Shard = shardId };
        }
        catch (InvalidDataException error)
        {
            return new ShardAudit
            {
                Delivery = title, Stream = "", Shard = shardId, Hours = [], Problem = error.Message,
            };
        }
    }

    /// <summary>Of shards that have gone, and of those of a stream that is gone, there is one sum, of which nothing is
    /// pending.</summary>
    private static ShardAudit OfExpired(string title, LedgerEntry entry) => new()
    {
        Delivery = title,
        Stream = entry.Stream,
        Shard = ShardAudit.Expired,
        Hours =
        [
            new AuditHour(
                null, entry.Base.Value + 1, entry.Checkpoint.Value - entry.Base.Value, entry.DeliveredRecords,
                entry.EvictedRecords, entry.RejectedRecords.Total, entry.FilteredRecords, 0),
        ],
    };

    private static ShardAudit OfShard(
        string title, Shard shard, LedgerEntry entry, string key,
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var hours = new HourLedger(key, shard);
        var problem = hours.Load(state, entry) ? null : "What was counted by hours is not what the ledger counts.";
        hours.Mark(now);
        var newest = shard.NewestSequence.Value;
        var checkpoint = entry.Checkpoint.Value;
        if (checkpoint > newest)
        {
            problem ??= $"The log ends at {newest}, before {checkpoint}, up to where all is done: it has lost records "
                + "in a cut.";
        }

        var gaps = new List<Gap>(hours.Gaps.Gaps);
        var gone = new SequenceRun(checkpoint + 1, Math.Min(shard.OldestSequence.Value - 1, newest));
        if (gone.Count > 0)
        {
            gaps.Add(new Gap(gone.First, gone.Last, GapWhy.Evicted, default, Timestamp.From(now)));
        }

        var rows = new List<AuditHour>();
        for (var i = 0; i < hours.Rows.Count; i++)
        {
            var row = hours.Rows[i];
            var end = i + 1 < hours.Rows.Count ? hours.Rows[i + 1].First - 1 : Math.Max(newest, checkpoint);
            var waiting = new SequenceRun(Math.Max(row.First, checkpoint + 1), end);
            var evicted = Math.Max(0, Math.Min(waiting.Last, gone.Last) - waiting.First + 1);
            rows.Add(new AuditHour(
                row.Hour == HourRow.Earlier ? null : DateTimeOffset.FromUnixTimeSeconds(row.Hour * 3600),
                row.First, end - row.First + 1, row.Delivered, row.Evicted + evicted, row.Rejected, row.Filtered,
                Math.Max(0, waiting.Count) - evicted));
        }

        return new ShardAudit
        {
            Delivery = title,
            Stream = entry.Stream,
            Shard = shard.Id,
            Hours = rows,
            Gaps = gaps,
            ForgottenGapRecords = hours.Gaps.ForgottenRecords,
            Problem = problem,
        };
    }
}
