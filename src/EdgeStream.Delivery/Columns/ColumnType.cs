namespace EdgeStream.Delivery;

/// <summary>What a column holds. The numbers are in the ledger: they may only grow.</summary>
public enum ColumnType
{
    /// <summary>Text in UTF-8; a JSON value that is no string stands as its JSON text.</summary>
    String = 0,

    /// <summary>True or false.</summary>
    Boolean = 1,

    /// <summary>A whole number of 32 bits.</summary>
    Int32 = 2,

    /// <summary>A whole number of 64 bits.</summary>
    Int64 = 3,

    /// <summary>A floating-point number of 32 bits.</summary>
    Float = 4,

    /// <summary>A floating-point number of 64 bits.</summary>
    Double = 5,

    /// <summary>Bytes; in JSON, base64.</summary>
    Bytes = 6,

    /// <summary>Milliseconds since 1970, UTC; in JSON, ISO 8601 or a number whose size tells its unit.</summary>
    TimestampMillis = 7,

    /// <summary>Microseconds since 1970, UTC; in JSON as <see cref="TimestampMillis"/>.</summary>
    TimestampMicros = 8,
}
