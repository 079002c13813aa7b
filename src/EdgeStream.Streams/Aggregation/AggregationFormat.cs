namespace EdgeStream.Streams;

/// <summary>How the Kinesis Producer Library packs user records into one record.</summary>
/// <remarks>
/// <para>Four bytes <c>F3 89 9A C2</c>; a protobuf message; the MD5 of the message, 16 bytes. The message
/// (proto2):</para>
/// <code>
/// message AggregatedRecord {
///   repeated string partition_key_table = 1;
///   repeated string explicit_hash_key_table = 2;
///   repeated Record records = 3;
/// }
/// message Record {
///   required uint64 partition_key_index = 1;
///   optional uint64 explicit_hash_key_index = 2;
///   required bytes data = 3;
///   repeated Tag tags = 4;          // required string key = 1; optional string value = 2
/// }
/// </code>
/// <para>Fields may come in any order, unknown ones are passed over, and of one that is there twice the last
/// counts.</para>
/// </remarks>
internal static class AggregationFormat
{
    internal const int DigestSizeBytes = 16;
    internal const int PartitionKeysField = 1;
    internal const int ExplicitHashKeysField = 2;
    internal const int RecordsField = 3;
    internal const int PartitionKeyIndexField = 1;
    internal const int ExplicitHashKeyIndexField = 2;
    internal const int DataField = 3;
    internal const int TagsField = 4;
    internal const int TagKeyField = 1;

    /// <summary>Keys that each table may have.</summary>
    internal const int KeysMax = 1 << 17;

    /// <summary>A partition key has at most 256 characters, of four bytes each.</summary>
    internal const int KeySizeBytesMax = 1024;

    /// <summary>
    /// Keys and data of all user records together: a key stands once and counts for every record that names it, so that
    /// a small message could stand for any amount.
    /// </summary>
    internal const long UserBytesMax = 64 << 20;

    internal static ReadOnlySpan<byte> Magic => [0xF3, 0x89, 0x9A, 0xC2];
}
