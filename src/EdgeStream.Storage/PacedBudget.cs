namespace EdgeStream.Storage;

/// <summary>How many bytes may be read now, so that no more than a rate is read over time.</summary>
/// <remarks>
/// Not thread-safe. What is left over is not kept, so that no burst follows a pause; what was read beyond is owed, and
/// paid before anything more may be read. So a piece may be larger than what is left, and the rate is kept all the
/// same.
/// </remarks>
internal struct PacedBudget
{
    private long _leftBytes;

    /// <summary>Whether anything may be read.</summary>
    internal readonly bool IsLeft => _leftBytes > 0;

    /// <summary>Gives the bytes of the time that has passed.</summary>
    internal void Grant(long bytes) => _leftBytes = Math.Min(_leftBytes, 0) + bytes;

    /// <summary>Takes what was read, which may be more than was left.</summary>
    internal void Take(long bytes) => _leftBytes -= bytes;
}
