namespace EdgeStream.Analytics;

/// <summary>What SQL's functions over whole streams have in common: state that is bounded and saved.</summary>
/// <remarks>
/// <para>Each takes rows in the order of the stream and depends on them only, so that a function that is saved and
/// loaded at
/// any row gives the same rows as one that was not. Rows go in by a method of the function's own: <c>Score</c> of <see
/// cref="Detection.RandomCutForest"/>, <see cref="HotspotWindow.Add"/>, <see cref="TumblingFunction.Add"/>, <see
/// cref="GroupRank.TryAdd"/>.</para>
/// <para>A tumbling function is asked by <see cref="TumblingFunction.IsOver"/> with the time of the next row, or with a
/// bound that the row times have passed, before the row is added; then what it has is taken and the next window
/// begins. <see cref="GroupRank"/> is asked the same way. Not safe for use by several threads at once.</para>
/// </remarks>
public interface IStreamFunction
{
    /// <summary>What the state takes in memory at most, in bytes.</summary>
    long SizeBytesMax { get; }

    /// <summary>The most that <see cref="Save"/> writes now, in bytes.</summary>
    int SavedBytesMax { get; }

    /// <summary>Writes all that decides the rows to come; the number of bytes.</summary>
    /// <param name="destination">At least <see cref="SavedBytesMax"/> bytes.</param>
    int Save(Span<byte> destination);

    /// <summary>Takes over what <see cref="Save"/> of a function with the same parameters wrote.</summary>
    /// <returns>False where the bytes are of another version, other parameters or not whole: then the function is as
    /// new.
    /// </returns>
    bool TryLoad(ReadOnlySpan<byte> source);
}
