namespace EdgeStream.Storage;

/// <summary>
/// Shows a segment whose file holds something else as it was written, a part at a time, in memory that is reserved and
/// not used.
/// </summary>
/// <remarks>
/// Belongs to one reader. Zeros stand wherever nothing is shown, so an <see cref="EntryCursor"/> finds an end there.
/// </remarks>
internal abstract class SegmentWindow : IDisposable
{
    /// <summary>The segment as it was written, where it is shown.</summary>
    internal abstract MappedRegion ToRegion();

    /// <summary>
    /// Shows the part at a cursor's place, or the next one that is whole, and puts the cursor before its first entry.
    /// </summary>
    /// <param name="cursor">A cursor that has come to an end of what is shown.</param>
    /// <param name="end">Where what may be read ends.</param>
    /// <returns>False when there is none, or the cursor is inside the one that is shown.</returns>
    internal abstract bool TryShow(ref EntryCursor cursor, int end);

    /// <summary>All of the segment as it was written, with zeros where a part is damaged.</summary>
    internal abstract byte[] ToReadable();

    /// <inheritdoc/>
    public abstract void Dispose();
}
