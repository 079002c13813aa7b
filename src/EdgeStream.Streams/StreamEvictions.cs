using System.Numerics;

namespace EdgeStream.Streams;

/// <summary>How many records a shard or a stream has evicted since it was made, by reason.</summary>
/// <param name="Age">Older than the stream keeps them.</param>
/// <param name="Bytes">Over the stream's own limit of bytes.</param>
/// <param name="Budget">Over the budget of all streams.</param>
/// <param name="DiskFull">Taken because the file system had no room.</param>
/// <param name="Unattributed">
/// Evicted before reasons were counted, or within the last second before a power cut.
/// </param>
public readonly record struct StreamEvictions(long Age, long Bytes, long Budget, long DiskFull, long Unattributed)
    : IAdditionOperators<StreamEvictions, StreamEvictions, StreamEvictions>
{
    /// <summary>The sum, reason by reason.</summary>
    public static StreamEvictions operator +(StreamEvictions left, StreamEvictions right) => new(
        left.Age + right.Age,
        left.Bytes + right.Bytes,
        left.Budget + right.Budget,
        left.DiskFull + right.DiskFull,
        left.Unattributed + right.Unattributed);
}
