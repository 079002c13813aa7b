namespace EdgeStream.Sql;

/// <summary>The aggregate functions.</summary>
/// <remarks>The numbers stand in snapshots of queries and never change their meaning.</remarks>
public enum AggregateKind
{
    /// <summary>COUNT(*): rows.</summary>
    CountRows = 0,

    /// <summary>COUNT(x): values that are not NULL.</summary>
    Count = 1,

    /// <summary>SUM.</summary>
    Sum = 2,

    /// <summary>AVG.</summary>
    Avg = 3,

    /// <summary>MIN.</summary>
    Min = 4,

    /// <summary>MAX.</summary>
    Max = 5,

    /// <summary>STDDEV_POP.</summary>
    StddevPop = 6,

    /// <summary>STDDEV_SAMP, and STDDEV.</summary>
    StddevSamp = 7,

    /// <summary>VAR_POP.</summary>
    VarPop = 8,

    /// <summary>VAR_SAMP.</summary>
    VarSamp = 9,

    /// <summary>FIRST_VALUE.</summary>
    FirstValue = 10,

    /// <summary>LAST_VALUE.</summary>
    LastValue = 11,

    /// <summary>NTH_VALUE.</summary>
    NthValue = 12,

    /// <summary>EXP_AVG.</summary>
    ExpAvg = 13,

    /// <summary>ANY: whether a condition was TRUE for a row.</summary>
    Any = 14,

    /// <summary>EVERY: whether a condition was TRUE for all rows for which it was known.</summary>
    Every = 15,
}
