namespace EdgeStream.Kinesis;

/// <summary>The types that members of a request have.</summary>
internal enum ShapeKind : byte
{
    /// <summary>UTF-8 text.</summary>
    String = 0,

    /// <summary>A whole number of 32 bits; larger ones are cut to its range.</summary>
    Integer = 1,

    /// <summary>True or false.</summary>
    Boolean = 2,

    /// <summary>A time.</summary>
    Timestamp = 3,

    /// <summary>Bytes: Base64 in JSON, a byte string in CBOR.</summary>
    Blob = 4,

    /// <summary>Elements of one shape.</summary>
    List = 5,

    /// <summary>Text keys and values of one shape.</summary>
    Map = 6,

    /// <summary>Members with names; unknown ones are passed over.</summary>
    Structure = 7,
}
