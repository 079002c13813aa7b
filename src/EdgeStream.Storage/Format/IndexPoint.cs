namespace EdgeStream.Storage;

/// <summary>One place of a sparse index: a base entry that a search can start from.</summary>
/// <param name="Sequence">The first record of the frame.</param>
/// <param name="ArrivalTime">The wall clock when the frame was begun.</param>
/// <param name="Offset">Where the base entry begins in the segment, in bytes.</param>
internal readonly record struct IndexPoint(SequenceNumber Sequence, Timestamp ArrivalTime, int Offset);
