namespace EdgeStream.Delivery;

/// <summary>How an object's bytes are compressed; of Parquet files, how their pages are. The numbers are in the ledger:
/// they may only grow.</summary>
public enum CompressionKind
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>One gzip member, object names end with <c>.gz</c>.</summary>
    Gzip = 1,

    /// <summary>A ZIP archive of one entry, <c>.zip</c>; not for Parquet.</summary>
    Zip = 2,

    /// <summary>Snappy in the container of snappy-java, which is Firehose's <c>Snappy</c>, <c>.snappy</c>; in Parquet
    /// files plain Snappy blocks.</summary>
    Snappy = 3,

    /// <summary>Snappy in the container of Hadoop, which is Firehose's <c>HADOOP_SNAPPY</c>, <c>.snappy</c>; not for
    /// Parquet.</summary>
    HadoopSnappy = 4,

    /// <summary>One Zstandard frame, <c>.zst</c>. Needs libzstd on the machine.</summary>
    Zstandard = 5,
}
