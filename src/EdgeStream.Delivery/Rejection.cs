using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>One record that its destination refuses for good.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="SubSequence">Its place in an aggregated record; null for one that came by itself.</param>
/// <param name="Cause">Why; shared by those that were refused for the same.</param>
/// <param name="Attempts">How often its batch had been sent by then.</param>
/// <param name="At">When the last attempt ended.</param>
internal sealed record Rejection(
    long Sequence, int? SubSequence, RejectionCause Cause, int Attempts, Timestamp At);
