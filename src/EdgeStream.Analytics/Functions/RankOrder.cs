namespace EdgeStream.Analytics;

/// <summary>How <see cref="GroupRank"/> orders the rows that it gives.</summary>
public enum RankOrder
{
    /// <summary>As they came.</summary>
    Received = 0,

    /// <summary>By rank, the first one first.</summary>
    Ascending = 1,

    /// <summary>By rank, the last one first.</summary>
    Descending = 2,
}
