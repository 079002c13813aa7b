namespace EdgeStream.Analytics;

/// <summary>Takes rows one by one, in the order of their ROWTIME. The row is the caller's and changes after the
/// call.</summary>
internal abstract class RowSink
{
    public abstract void Take(RowBuffer row);
}
