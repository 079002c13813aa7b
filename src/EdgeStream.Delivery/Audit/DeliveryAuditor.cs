using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Sets what deliveries have counted beside what the logs have numbered.</summary>
/// <remarks>
/// <para>Thread-safe; changes nothing, and works beside deliveries that run. Three things are held against each other,
/// each made at a time and a place of its own: the logs' sequence numbers and arrival times (appended, pending), what
/// was counted of each hour when it was accepted, put aside or found missing (delivered, rejected, evicted), and the
/// totals of the ledger.</para>
/// <para>Bounds: 336 hours and 3,840 gaps of each shard at least; what is older is one sum.</para>
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

            var segments = LedgerSegments.Read(state, key, entry, out _);
            return store.TryGet(entry.Stream, out var stream) && stream.TryGetShard(shardId, out var shard)
                ? OfShard(title, shard, segments, key, state, time)
                : OfExpired(title, LedgerSegments.Sum(segments)) with { Shard = shardId };
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
        string title, Shard shard, LedgerEntry[] segments, string key,
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var hours = new HourLedger(key, shard);
        var problem = hours.Load(state, segments) ? null : "What was counted by hours is not what the ledger counts.";
        hours.Mark(now);
        var newest = shard.NewestSequence.Value;
        var checkpoint = segments[^1].Checkpoint.Value;
        if (checkpoint > newest)
        {
            problem ??= $"The log ends at {newest}, before {checkpoint}, up to where all is done: it has lost records "
                + "in a cut.";
        }

        var waiting = WaitingOf(segments, Math.Max(newest, checkpoint));
        var gaps = hours.Gaps.All();
        var taken = new SequenceRun(1, Math.Min(shard.OldestSequence.Value - 1, newest));
        var gone = taken.Count > 0 ? taken.Within(waiting) : [];
        foreach (var run in gone)
        {
            gaps.Add(new Gap(run.First, run.Last, GapWhy.Evicted, default, Timestamp.From(now)));
        }

        var rows = new List<AuditHour>();
        for (var i = 0; i < hours.Rows.Count; i++)
        {
            var row = hours.Rows[i];
            var end = i + 1 < hours.Rows.Count ? hours.Rows[i + 1].First - 1 : Math.Max(newest, checkpoint);
            var hour = new SequenceRun(row.First, end);
            var evicted = SequenceRun.CountOf(hour.Within(gone));
            rows.Add(new AuditHour(
                row.Hour == HourRow.Earlier ? null : DateTimeOffset.FromUnixTimeSeconds(row.Hour * 3600),
                row.First, hour.Count, row.Delivered, row.Evicted + evicted, row.Rejected, row.Filtered,
                SequenceRun.CountOf(hour.Within(waiting)) - evicted));
        }

        return new ShardAudit
        {
            Delivery = title,
            Stream = segments[0].Stream,
            Shard = shard.Id,
            Hours = rows,
            Gaps = gaps,
            ForgottenGapRecords = hours.Gaps.ForgottenRecords,
            Problem = problem,
        };
    }

    /// <summary>What is not done of each segment, in order.</summary>
    private static List<SequenceRun> WaitingOf(LedgerEntry[] segments, long end)
    {
        var waiting = new List<SequenceRun>();
        for (var at = 0; at < segments.Length; at++)
        {
            var through = at + 1 < segments.Length ? segments[at + 1].Base.Value : end;
            var run = new SequenceRun(segments[at].Checkpoint.Value + 1, through);
            if (run.Count > 0)
            {
                waiting.Add(run);
            }
        }

        return waiting;
    }
}
