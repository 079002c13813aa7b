using System.IO.Compression;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>One way in which the backlog goes out.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Settings">Keys of the delivery.</param>
/// <param name="Level">How hard gzip works in it; null without gzip.</param>
/// <param name="IsHttp">Whether it goes to an HTTP endpoint; otherwise to S3.</param>
internal sealed record DeliveryScenario(string Name, string Settings, CompressionLevel? Level, bool IsHttp = false)
{
    /// <summary>JSON Lines as they are: what plain copies are compared with.</summary>
    public static DeliveryScenario Plain { get; } = new("JSON Lines to S3", "compression: none", null);

    /// <summary>JSON Lines, compressed.</summary>
    public static DeliveryScenario Gzip { get; } =
        new("gzip JSON Lines to S3", "compression: gzip", CompressionLevel.Optimal);

    /// <summary>Columns that are found in the data, compressed.</summary>
    public static DeliveryScenario Parquet { get; } =
        new("Snappy Parquet to S3", "format: parquet\ncompression: snappy", null);

    /// <summary>JSON Lines by requests, compressed as requests are.</summary>
    public static DeliveryScenario Http { get; } =
        new("gzip JSON Lines to HTTP", "bufferSize: 5MiB", CompressionLevel.Fastest, IsHttp: true);

    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<DeliveryScenario> All { get; } = [Plain, Gzip, Parquet, Http];
}
