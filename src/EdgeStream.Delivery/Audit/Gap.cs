using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>Records of a shard that follow one another and did not reach the destination.</summary>
/// <param name="First">The first sequence number.</param>
/// <param name="Last">The last one.</param>
/// <param name="Why">Why they did not.</param>
/// <param name="Reason">Of rejected ones the reason.</param>
/// <param name="NoticedAt">When that was settled.</param>
public readonly record struct Gap(long First, long Last, GapWhy Why, RejectionReason Reason, Timestamp NoticedAt)
{
    /// <summary>How many there are.</summary>
    public long RecordCount => Last - First + 1;
}
