using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>The segments that the records of a shard are parted into: where each begins the one before it ends.
/// </summary>
/// <remarks>
/// <para>Each has a ledger entry of its own, with base, totals and pending batch, in the format of
/// <see cref="LedgerFormat"/>. The first has the shard's key, the others <c>&lt;that&gt;/segments/&lt;base&gt;</c>, of
/// 20 digits. A segment holds what lies behind its base, up to the next one's base; the last one has no end. The
/// shard's totals are the sums of theirs.</para>
/// <para>Pure functions: arrays are never changed.</para>
/// </remarks>
internal static class LedgerSegments
{
    /// <summary>So many there are at most.</summary>
    public const int CountMax = 16;

    private const string Name = "/segments/";

    /// <summary>The segments whose first is <paramref name="first"/>, as far as they fit together.</summary>
    /// <param name="state">What the state has below the shard's key.</param>
    /// <param name="ledgerKey">The shard's key.</param>
    /// <param name="first">What it has at the key.</param>
    /// <param name="strays">The keys of those that do not fit: a build that knows no segments has gone on beyond
    /// them.</param>
    /// <exception cref="InvalidDataException">An entry is of a later version, or not an entry.</exception>
    public static LedgerEntry[] Read(
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state, string ledgerKey, LedgerEntry first,
        out IReadOnlyList<string> strays)
    {
        var found = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        foreach (var item in state)
        {
            if (item.Key.StartsWith(ledgerKey + Name, StringComparison.Ordinal))
            {
                found.Add(item);
            }
        }

        found.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var segments = new List<LedgerEntry> { first };
        var unfit = new List<string>();
        foreach (var (key, value) in found)
        {
            var entry = LedgerFormat.Read(value.Span);
            var before = segments[^1];
            var done = before.Pending?.Last ?? before.Checkpoint;
            if (unfit.Count > 0 || entry.Stream != first.Stream || entry.Base < done || entry.Base <= before.Base
                || key != KeyOf(ledgerKey, entry))
            {
                unfit.Add(key);
            }
            else
            {
                segments.Add(entry);
            }
        }

        strays = unfit;
        return [.. segments];
    }

    /// <summary>The keys of all segments but the first.</summary>
    public static IReadOnlyList<string> KeysOf(
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> state, string ledgerKey)
    {
        var keys = new List<string>();
        foreach (var (key, _) in state)
        {
            if (key.StartsWith(ledgerKey + Name, StringComparison.Ordinal))
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary>The totals of all segments, with the base of the first and what is pending where there is one
    /// alone.</summary>
    public static LedgerEntry Sum(ReadOnlySpan<LedgerEntry> segments)
    {
        var sum = segments[0];
        foreach (var segment in segments[1..])
        {
            sum = Plus(sum, segment) with { Pending = null };
        }

        return sum;
    }

    /// <summary>The position of the last record that is counted in any of them: behind it none is.</summary>
    public static long CountedThrough(ReadOnlySpan<LedgerEntry> segments)
    {
        for (var at = segments.Length - 1; at > 0; at--)
        {
            if (segments[at].Checkpoint > segments[at].Base)
            {
                return segments[at].Checkpoint.Value;
            }
        }

        return segments[0].Checkpoint.Value;
    }

    /// <summary>Whether one more can begin.</summary>
    public static bool CanPart(ReadOnlySpan<LedgerEntry> segments) =>
        segments.Length < CountMax || IsUntouched(segments);

    /// <summary>Ends the last segment at a position, where another one begins; one that nothing was done of yet begins
    /// there instead.</summary>
    /// <param name="segments">The segments; see <see cref="CanPart"/>.</param>
    /// <param name="through">Behind what is done, not before the end of what is pending.</param>
    public static LedgerEntry[] Part(LedgerEntry[] segments, SequenceNumber through)
    {
        var next = new LedgerEntry { Stream = segments[^1].Stream, Base = through };
        return IsUntouched(segments) ? [.. segments[..^1], next] : [.. segments, next];
    }

    /// <summary>Makes one of each segment that is done, and the next.</summary>
    public static LedgerEntry[] Fold(LedgerEntry[] segments)
    {
        var folded = new List<LedgerEntry> { segments[0] };
        for (var at = 1; at < segments.Length; at++)
        {
            var before = folded[^1];
            if (before.Pending is null && before.Checkpoint == segments[at].Base)
            {
                folded[^1] = Plus(before, segments[at]) with { Pending = segments[at].Pending };
            }
            else
            {
                folded.Add(segments[at]);
            }
        }

        return folded.Count == segments.Length ? segments : [.. folded];
    }

    /// <summary>Takes off what a log does not have any more that ends at a position.</summary>
    /// <remarks>The first segment must not be done beyond it. Of another that is, what is left counts as
    /// delivered.</remarks>
    public static LedgerEntry[] CutTo(LedgerEntry[] segments, SequenceNumber newest)
    {
        var count = segments.Length;
        while (count > 1 && segments[count - 1].Base > newest)
        {
            count--;
        }

        var last = segments[count - 1];
        if (last.Checkpoint > newest)
        {
            last = new LedgerEntry
            {
                Stream = last.Stream,
                Base = last.Base,
                DeliveredRecords = newest.Value - last.Base.Value,
                DeliveredBytes = last.DeliveredBytes,
                DeliveredObjects = last.DeliveredObjects,
                LastDeliveryAt = last.LastDeliveryAt,
                LastObject = last.LastObject,
            };
        }

        return count == segments.Length && ReferenceEquals(last, segments[^1])
            ? segments : [.. segments[..(count - 1)], last];
    }

    /// <summary>Adds to a batch what has changed.</summary>
    public static void AddChanges(StateBatch batch, string ledgerKey, LedgerEntry[] before, LedgerEntry[] after)
    {
        for (var at = 1; at < before.Length; at++)
        {
            if (Find(after, before[at].Base) is null)
            {
                batch.Delete(KeyOf(ledgerKey, before[at]));
            }
        }

        for (var at = 0; at < after.Length; at++)
        {
            var old = at > 0 ? Find(before, after[at].Base) : before.Length > 0 ? before[0] : null;
            if (!ReferenceEquals(old, after[at]))
            {
                batch.Put(at == 0 ? ledgerKey : KeyOf(ledgerKey, after[at]), LedgerFormat.Write(after[at]));
            }
        }
    }

    private static LedgerEntry? Find(LedgerEntry[] segments, SequenceNumber start)
    {
        for (var at = 1; at < segments.Length; at++)
        {
            if (segments[at].Base == start)
            {
                return segments[at];
            }
        }

        return null;
    }

    private static string KeyOf(string ledgerKey, LedgerEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{ledgerKey}{Name}{entry.Base.Value:D20}");

    /// <summary>Whether nothing was done of the last one, which is not the first: that one's base says where all
    /// began.</summary>
    private static bool IsUntouched(ReadOnlySpan<LedgerEntry> segments) =>
        segments.Length > 1 && segments[^1].Pending is null && segments[^1].Checkpoint == segments[^1].Base
        && segments[^1].RetriedRecords == 0;

    private static LedgerEntry Plus(LedgerEntry one, LedgerEntry other)
    {
        var newer = (other.LastDeliveryAt ?? default) >= (one.LastDeliveryAt ?? default) ? other : one;
        newer = newer.LastDeliveryAt is null ? one : newer;
        return one with
        {
            DeliveredRecords = one.DeliveredRecords + other.DeliveredRecords,
            DeliveredBytes = one.DeliveredBytes + other.DeliveredBytes,
            DeliveredObjects = one.DeliveredObjects + other.DeliveredObjects,
            EvictedRecords = one.EvictedRecords + other.EvictedRecords,
            RejectedRecords = one.RejectedRecords + other.RejectedRecords,
            FilteredRecords = one.FilteredRecords + other.FilteredRecords,
            RetriedRecords = one.RetriedRecords + other.RetriedRecords,
            LastDeliveryAt = newer.LastDeliveryAt,
            LastObject = newer.LastObject,
        };
    }
}
