namespace EdgeStream.Delivery;

/// <summary>What became of the records of one shard that arrived within one hour.</summary>
/// <param name="Hour">When the hour began; null for all before the first hour that is kept.</param>
/// <param name="First">The first sequence number that belongs to it.</param>
/// <param name="Appended">Records from there to the beginning of the next hour, as the log has numbered them.</param>
/// <param name="Delivered">Those that were counted as they were accepted.</param>
/// <param name="Evicted">Those that were gone first.</param>
/// <param name="Rejected">Those that were put aside.</param>
/// <param name="Filtered">Those that the transform has left out.</param>
/// <param name="Pending">Those that the log has and that wait.</param>
public sealed record AuditHour(
    DateTimeOffset? Hour, long First, long Appended, long Delivered, long Evicted, long Rejected, long Filtered,
    long Pending)
{
    /// <summary>Whether none is missing and none is counted twice.</summary>
    public bool AddsUp => Appended == Delivered + Evicted + Rejected + Filtered + Pending
        && Delivered >= 0 && Evicted >= 0 && Rejected >= 0 && Filtered >= 0;
}
