namespace EdgeStream.Sql;

/// <summary>What a value is when it is computed with. A column without a declared type has one only per record, so
/// expressions over it are checked when evaluated.</summary>
/// <remarks>The numbers stand in snapshots of aggregates and never change their meaning.</remarks>
public enum SqlType
{
    /// <summary>SQL NULL: a missing member, JSON <c>null</c>, an object or array, or a result that is
    /// unknown.</summary>
    Null = 0,

    /// <summary>TRUE or FALSE.</summary>
    Boolean = 1,

    /// <summary>A finite IEEE 754 double; also what REAL and FLOAT compute with.</summary>
    Double = 2,

    /// <summary>Text in UTF-8, compared by code point.</summary>
    Text = 3,

    /// <summary>A time in microseconds since 1970-01-01T00:00:00Z.</summary>
    Timestamp = 4,

    /// <summary>An exact integer of 64 bits; also what TINYINT, SMALLINT and INTEGER compute with.</summary>
    Integer = 5,

    /// <summary>An exact number of up to 18 digits, some of them behind the point.</summary>
    Decimal = 6,

    /// <summary>A calendar day: days since 1970-01-01.</summary>
    Date = 7,

    /// <summary>A time of day: microseconds since midnight.</summary>
    Time = 8,

    /// <summary>A span in days to seconds: microseconds.</summary>
    Interval = 9,

    /// <summary>A span in years and months: months.</summary>
    Months = 10,

    /// <summary>Bytes.</summary>
    Binary = 11,
}
