namespace EdgeStream.Delivery;

/// <summary>A record that cannot stand in an object: it cannot be transformed, or does not fit the format.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="SubSequence">Its place in an aggregated record; null for one that came by itself.</param>
/// <param name="Cause">Why.</param>
internal readonly record struct RefusedRecord(long Sequence, int? SubSequence, RejectionCause Cause);
