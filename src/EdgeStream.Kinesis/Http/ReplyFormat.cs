namespace EdgeStream.Kinesis;

/// <summary>How an answer is written.</summary>
internal enum ReplyFormat
{
    /// <summary><c>application/x-amz-json-1.1</c>.</summary>
    Json = 0,

    /// <summary><c>application/x-amz-cbor-1.1</c>.</summary>
    Cbor = 1,

    /// <summary><c>application/json</c>: errors in an older form, and nothing else.</summary>
    PlainJson = 2,

    /// <summary>Errors for those that speak none of these.</summary>
    Xml = 3,
}
