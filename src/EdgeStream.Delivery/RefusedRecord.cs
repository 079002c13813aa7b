namespace EdgeStream.Delivery;

/// <summary>A record that cannot stand in an object of the delivery's format.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="SubSequence">Its place in an aggregated record; null for one that came by itself.</param>
/// <param name="Problem">Why.</param>
internal readonly record struct RefusedRecord(long Sequence, int? SubSequence, string Problem);
