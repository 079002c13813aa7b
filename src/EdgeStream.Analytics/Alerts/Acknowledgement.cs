using EdgeStream.Storage;

namespace EdgeStream.Analytics;

/// <summary>Somebody has seen an alert that fires and takes care of it.</summary>
/// <param name="AlertId">The alert's id.</param>
/// <param name="At">When.</param>
/// <param name="By">Who; empty if nobody said.</param>
/// <param name="Comment">What they said; may be empty.</param>
public sealed record Acknowledgement(string AlertId, Timestamp At, string By, string Comment);
