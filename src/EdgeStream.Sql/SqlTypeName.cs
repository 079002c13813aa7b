namespace EdgeStream.Sql;

/// <summary>The types that a column, a CAST or an aggregate can be declared with.</summary>
public enum SqlTypeName
{
    /// <summary>The type of a bare NULL.</summary>
    Null = 0,

    /// <summary>BOOLEAN.</summary>
    Boolean = 1,

    /// <summary>TINYINT: 8 bits, signed.</summary>
    TinyInt = 2,

    /// <summary>SMALLINT: 16 bits, signed.</summary>
    SmallInt = 3,

    /// <summary>INTEGER or INT: 32 bits, signed.</summary>
    Integer = 4,

    /// <summary>BIGINT: 64 bits, signed.</summary>
    BigInt = 5,

    /// <summary>DECIMAL, DEC or NUMERIC: up to 18 digits.</summary>
    Decimal = 6,

    /// <summary>REAL: a 32-bit floating point number.</summary>
    Real = 7,

    /// <summary>DOUBLE, DOUBLE PRECISION or FLOAT: a 64-bit floating point number.</summary>
    Double = 8,

    /// <summary>CHAR or CHARACTER: text padded with spaces to its length.</summary>
    Char = 9,

    /// <summary>VARCHAR or CHARACTER VARYING: text up to a length.</summary>
    VarChar = 10,

    /// <summary>BINARY: bytes padded with zeros to their length.</summary>
    Binary = 11,

    /// <summary>VARBINARY: bytes up to a length.</summary>
    VarBinary = 12,

    /// <summary>DATE.</summary>
    Date = 13,

    /// <summary>TIME.</summary>
    Time = 14,

    /// <summary>TIMESTAMP.</summary>
    Timestamp = 15,

    /// <summary>INTERVAL of YEAR, MONTH or YEAR TO MONTH.</summary>
    IntervalMonths = 16,

    /// <summary>INTERVAL of DAY, HOUR, MINUTE, SECOND or a range of them.</summary>
    Interval = 17,
}
