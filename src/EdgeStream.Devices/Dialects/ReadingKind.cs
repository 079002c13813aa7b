namespace EdgeStream.Devices;

/// <summary>What a reading's value is, and how its bytes are to be understood.</summary>
internal enum ReadingKind
{
    /// <summary>There is no value: the device says so.</summary>
    None,

    /// <summary>A number in the digits of the payload, by JSON's grammar.</summary>
    Digits,

    /// <summary>A number of double precision.</summary>
    Double,

    /// <summary>A number of single precision.</summary>
    Single,

    /// <summary>A whole number with a sign.</summary>
    Signed,

    /// <summary>A whole number without one.</summary>
    Unsigned,

    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>The inside of a JSON string, with its escapes.</summary>
    EscapedText,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Bytes, which a record has in Base64.</summary>
    Bytes,

    /// <summary>A JSON value as it came, on one line.</summary>
    Json,
}
