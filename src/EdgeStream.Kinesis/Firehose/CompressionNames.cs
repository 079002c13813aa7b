using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>The kinds of compression as Firehose names them.</summary>
internal static class CompressionNames
{
    /// <summary>The name of a kind; of one that Firehose does not have, the word of the configuration.</summary>
    internal static string Of(CompressionKind kind) => kind switch
    {
        CompressionKind.None => "UNCOMPRESSED",
        CompressionKind.Gzip => "GZIP",
        CompressionKind.Zip => "ZIP",
        CompressionKind.Snappy => "Snappy",
        CompressionKind.HadoopSnappy => "HADOOP_SNAPPY",
        _ => CompressionForm.WordOf(kind),
    };

    /// <summary>The kind of a name; null for other names.</summary>
    internal static CompressionKind? KindOf(string name) => name switch
    {
        "UNCOMPRESSED" => CompressionKind.None,
        "GZIP" => CompressionKind.Gzip,
        "ZIP" => CompressionKind.Zip,
        "Snappy" => CompressionKind.Snappy,
        "HADOOP_SNAPPY" => CompressionKind.HadoopSnappy,
        _ => null,
    };
}
