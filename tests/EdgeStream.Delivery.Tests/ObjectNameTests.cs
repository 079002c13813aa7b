using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

public class ObjectNameTests
{
    private static readonly DeliveryDefinition Definition = new()
    {
        Name = "backup",
        Stream = "readings",
        Destination = new FolderDestinationOptions { Path = "/srv/delivered" },
        Prefix = "site/a",
    };

    private static string NameOf(DeliveryDefinition definition) => ObjectName.Of(
        definition,
        "0a1b2c3d",
        "shardId-000000000003",
        Timestamp.From(new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.FromHours(2))),
        7,
        42);

    [Fact]
    public void A_name_is_prefix_hour_in_utc_delivery_store_shard_and_extent() => Assert.Equal(
        "site/a/2026/01/01/23/backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl.gz",
        NameOf(Definition));

    [Fact]
    public void Without_prefix_and_compression_the_name_is_shorter() => Assert.Equal(
        "2026/01/01/23/backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl",
        NameOf(Definition with { Prefix = "", Compression = CompressionKind.None }));

    [Theory]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl.gz", true)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl", true)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.csv.zst", true)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.raw.snappy", true)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.parquet", true)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.orc", false)]
    [InlineData("backup-2-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl", false)]
    [InlineData(".backup-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl.partial", false)]
    [InlineData("backup-0a1b2c3d-shardId-000000000003-0000000000000000000x-00000000000000000042.jsonl", false)]
    [InlineData("backup-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl", false)]
    [InlineData("backup-0A1B2C3D-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl", false)]
    [InlineData("backup-ffffffff-0a1b2c3d-shardId-000000000003-00000000000000000007-00000000000000000042.jsonl", false)]
    [InlineData("backup.jsonl", false)]
    [InlineData("photo.jpg", false)]
    public void Files_of_a_delivery_are_known_by_their_name(string file, bool expected) =>
        Assert.Equal(expected, ObjectName.IsFileOf("backup", file));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("..a/b..", true)]
    [InlineData("", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a//b", false)]
    [InlineData("a/../b", false)]
    [InlineData("./a", false)]
    [InlineData("a\\..\\b", false)]
    [InlineData("a\0b", false)]
    public void A_path_that_could_leave_its_root_is_not_safe(string path, bool expected) =>
        Assert.Equal(expected, ObjectName.IsSafe(path));

    [Theory]
    [InlineData(RecordFormat.Csv, CompressionKind.Zip, ".csv.zip", "application/zip")]
    [InlineData(RecordFormat.Csv, CompressionKind.None, ".csv", "text/csv")]
    [InlineData(RecordFormat.Raw, CompressionKind.HadoopSnappy, ".raw.snappy", "application/octet-stream")]
    [InlineData(RecordFormat.JsonLines, CompressionKind.Zstandard, ".jsonl.zst", "application/zstd")]
    [InlineData(RecordFormat.Parquet, CompressionKind.Gzip, ".parquet", "application/vnd.apache.parquet")]
    public void Extension_and_type_follow_from_format_and_compression(
        RecordFormat format, CompressionKind compression, string extension, string type)
    {
        var name = NameOf(Definition with { Format = format, Compression = compression });
        Assert.EndsWith($"042{extension}", name, StringComparison.Ordinal);
        Assert.Equal(type, ObjectName.ContentType(compression, format));
    }

    [Theory]
    [InlineData(RecordFormat.Raw, CompressionKind.Snappy, null, ".snappy")]
    [InlineData(RecordFormat.Raw, CompressionKind.Zip, null, ".zip")]
    [InlineData(RecordFormat.Parquet, CompressionKind.Snappy, null, ".parquet")]
    [InlineData(RecordFormat.Raw, CompressionKind.Zip, ".log", ".log")]
    public void Names_of_the_service_end_with_the_compression_or_what_was_asked_for(
        RecordFormat format, CompressionKind compression, string? asked, string extension) => Assert.EndsWith(
            $"042{extension}",
            NameOf(Definition with
            {
                Format = format, Compression = compression, Naming = new ObjectNaming("p/", "d-1", "x", asked),
            }),
            StringComparison.Ordinal);
}
