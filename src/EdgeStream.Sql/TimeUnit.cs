namespace EdgeStream.Sql;

/// <summary>The units of intervals, of EXTRACT, and of FLOOR and CEIL over times, longest first.</summary>
public enum TimeUnit
{
    /// <summary>No unit: the type is no interval.</summary>
    None = 0,

    /// <summary>YEAR.</summary>
    Year = 1,

    /// <summary>MONTH.</summary>
    Month = 2,

    /// <summary>DAY.</summary>
    Day = 3,

    /// <summary>HOUR.</summary>
    Hour = 4,

    /// <summary>MINUTE.</summary>
    Minute = 5,

    /// <summary>SECOND.</summary>
    Second = 6,
}
