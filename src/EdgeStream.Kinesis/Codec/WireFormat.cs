namespace EdgeStream.Kinesis;

/// <summary>How a request is written, and so its answer.</summary>
internal enum WireFormat
{
    /// <summary><c>application/x-amz-json-1.1</c>.</summary>
    Json = 0,

    /// <summary><c>application/x-amz-cbor-1.1</c>.</summary>
    Cbor = 1,
}
