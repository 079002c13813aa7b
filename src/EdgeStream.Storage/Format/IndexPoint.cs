namespace EdgeStream.Storage;

/// <summary>One place of a sparse index: a base entry that a search can start from.</summary>
/// <param name="Sequence">The first record of the frame.</param>
/// <param name="ArrivalTime">The wall clock when the frame was begun.</param>
/// <param name="Offset">Where the base entry begins in the segment, in bytes.</param>
internal readonly record struct IndexPoint(SequenceNumber Sequence, Timestamp ArrivalTime, int Offset)
{
    /// <summary>The last point at or before a record; null if there is none.</summary>
    internal static IndexPoint? LastAt(IReadOnlyList<IndexPoint> points, SequenceNumber sequence)
    {
        var low = 0;
        var high = points.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].Sequence <= sequence ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : points[low - 1];
    }

    /// <summary>The last point before a time; null if there is none.</summary>
    internal static IndexPoint? LastBefore(IReadOnlyList<IndexPoint> points, Timestamp time)
    {
        var low = 0;
        var high = points.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].ArrivalTime < time ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : points[low - 1];
    }
}
