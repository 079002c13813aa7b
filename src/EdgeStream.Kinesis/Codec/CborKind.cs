namespace EdgeStream.Kinesis;

/// <summary>What a CBOR item is.</summary>
internal enum CborKind
{
    /// <summary>A whole number.</summary>
    Integer = 0,

    /// <summary>A number with a fraction.</summary>
    Float = 1,

    /// <summary>Bytes.</summary>
    Bytes = 2,

    /// <summary>UTF-8 text.</summary>
    Text = 3,

    /// <summary>A list.</summary>
    List = 4,

    /// <summary>A map.</summary>
    Map = 5,

    /// <summary>True or false.</summary>
    Boolean = 6,

    /// <summary>Null or undefined.</summary>
    Null = 7,
}
