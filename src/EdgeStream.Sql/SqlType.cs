namespace EdgeStream.Sql;

/// <summary>What a value is. A column's type is known only per record, so expressions over columns are checked when
/// evaluated.</summary>
public enum SqlType
{
    /// <summary>SQL NULL: a missing member, JSON <c>null</c>, an object or array, or a result that is
    /// unknown.</summary>
    Null = 0,

    /// <summary>TRUE or FALSE.</summary>
    Boolean = 1,

    /// <summary>A finite IEEE 754 double: integers are exact up to 2^53.</summary>
    Number = 2,

    /// <summary>Text in UTF-8, compared by code point.</summary>
    Text = 3,

    /// <summary>A time in microseconds since 1970-01-01T00:00:00Z.</summary>
    Timestamp = 4,
}
