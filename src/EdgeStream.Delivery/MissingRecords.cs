using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What the log has said of records that are missing, until the batch behind them is ended.</summary>
/// <remarks>The ledger counts them as evicted then. Not thread-safe. At most 256 gaps.</remarks>
internal sealed class MissingRecords(DeliveryDefinition definition, string shardId, ILogger logger)
{
    /// <summary>Gaps that are remembered with their reason until they are settled.</summary>
    private const int GapsMax = 256;

    private readonly List<Gap> _gaps = [];

    /// <summary>The gaps, in order.</summary>
    public IReadOnlyList<Gap> Gaps => _gaps;

    /// <summary>Forgets them: the log is read again.</summary>
    public void Clear() => _gaps.Clear();

    /// <summary>Notes one.</summary>
    public void Note(LogGap gap)
    {
        var (first, last, reason) = gap;
        Log.RecordsMissing(logger, definition.Name, shardId, first.Value, last.Value, reason);
        if (_gaps.Count < GapsMax)
        {
            var why = reason == LogGapReason.Evicted ? GapWhy.Evicted : GapWhy.Damaged;
            _gaps.Add(new Gap(first.Value, last.Value, why, default, default));
        }
    }
}
