using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>The segment that a lane works at: its entry, its end, and the changes of it.</summary>
/// <remarks>Which one that is changes when it is done, or with <see cref="ShardLedger.TryPartAsync"/>; both happen
/// between the lane's batches alone. Not thread-safe: the lane is its only user.</remarks>
internal sealed class LaneLedger(ShardLedger ledger, LaneKind kind, LaneProgress progress)
{
    /// <summary>What is durable.</summary>
    public LedgerEntry Entry => kind == LaneKind.Live ? ledger.Segments[^1] : ledger.Segments[0];

    /// <summary>The last record that belongs to the segment; null for one that more comes to.</summary>
    /// <remarks>It may become a later one at any time.</remarks>
    public long? End =>
        kind != LaneKind.Live && ledger.Segments is { Length: > 1 } segments ? segments[1].Base.Value : null;

    /// <summary>Whether the shard is in one piece.</summary>
    public bool IsWhole => ledger.Segments.Length == 1;

    /// <summary>Begins or loads the shard's ledger; see <see cref="ShardLedger.LoadAsync"/>.</summary>
    public ValueTask LoadAsync(ILogger logger) => ledger.LoadAsync(logger);

    /// <summary>Whether that has succeeded.</summary>
    public bool IsLoaded => ledger.IsLoaded;

    /// <summary>Begins the hours that have records by now; see <see cref="ShardLedger.MarkHoursAsync"/>.</summary>
    public ValueTask MarkHoursAsync() => ledger.MarkHoursAsync();

    /// <summary>Makes a pending batch durable; nothing may be sent before this completes.</summary>
    public ValueTask SetPendingAsync(PendingExtent pending) =>
        ledger.SetPendingAsync(kind == LaneKind.Live, pending);

    /// <summary>Forgets the pending batch, durably; the destination must have no object of its name.</summary>
    public ValueTask DropPendingAsync() => SettleAsync(static entry => entry with { Pending = null }, Passage.Empty);

    /// <summary>Ends a batch; see <see cref="ShardLedger.SettleAsync"/>.</summary>
    public ValueTask SettleAsync(Func<LedgerEntry, LedgerEntry> change, Passage passage) =>
        ledger.SettleAsync(kind == LaneKind.Live, change, passage, progress);

    /// <summary>The name under which the error stream keeps what was put aside of the segment: that of the shard for
    /// the first one.</summary>
    public string PlaceName(string shardName)
    {
        var segments = ledger.Segments;
        return kind == LaneKind.Live && segments.Length > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{shardName}/{segments[^1].Base.Value:D20}") : shardName;
    }
}
