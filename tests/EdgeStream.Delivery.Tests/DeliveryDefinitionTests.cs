namespace EdgeStream.Delivery.Tests;

public class DeliveryDefinitionTests
{
    private static readonly DeliveryDefinition Good = new()
    {
        Name = "backup",
        Stream = "readings",
        Destination = new FolderDestinationOptions { Path = "/srv/delivered" },
    };

    private static readonly S3DestinationOptions GoodBucket = new()
    {
        Bucket = "edge",
        Endpoint = "http://127.0.0.1:9000",
    };

    public static TheoryData<string, DeliveryDefinition, string> Bad() => new()
    {
        { "Name", Good with { Name = "" }, "1 to 64 letters" },
        { "Name", Good with { Name = "a/b" }, "1 to 64 letters" },
        { "Name", Good with { Name = ".." }, "1 to 64 letters" },
        { "Stream", Good with { Stream = "" }, "missing" },
        { "Prefix", Good with { Prefix = "../up" }, "'..'" },
        { "Prefix", Good with { Prefix = new string('a', 513) }, "512 bytes" },
        { "BufferBytes", Good with { BufferBytes = 1023 }, "1024 (1 KiB) to 134217728 (128 MiB)" },
        { "BufferBytes", Good with { BufferBytes = (128L << 20) + 1 }, "1024 (1 KiB) to 134217728 (128 MiB)" },
        { "BufferSeconds", Good with { BufferSeconds = -1 }, "0 to 900" },
        { "BufferSeconds", Good with { BufferSeconds = 901 }, "0 to 900" },
        { "Compression", Good with { Compression = (CompressionKind)7 }, "none, gzip, zip, snappy" },
        { "Start", Good with { Start = (StartPosition)7 }, "trim-horizon and latest" },
        { "Retry.BaseDelay", Good with { Retry = new() { BaseDelay = TimeSpan.Zero } }, "10 ms to 1 h" },
        { "Retry.CapDelay", Good with { Retry = new() { CapDelay = TimeSpan.FromHours(2) } }, "10 ms to 1 h" },
        { "Retry.CapDelay", Good with { Retry = new() { CapDelay = TimeSpan.FromMilliseconds(20) } }, "shorter" },
        { "Destination.Path", Good with { Destination = new FolderDestinationOptions { Path = "a" } }, "absolute" },
        {
            "Destination.MaximumBytes",
            Good with { Destination = new FolderDestinationOptions { Path = "/a", MaximumBytes = 5 } },
            "1048576 (1 MiB)"
        },
        { "Destination.Bucket", Good with { Destination = GoodBucket with { Bucket = "a b c" } }, "3 to 63" },
        { "Destination.Endpoint", Good with { Destination = GoodBucket with { Endpoint = "ftp://a" } }, "https://" },
        { "Destination.Region", Good with { Destination = GoodBucket with { Region = "" } }, "us-east-1" },
        { "Destination.SecretAccessKey", To(GoodBucket with { AccessKeyId = "a" }), "AccessKeyId" },
        { "Destination.TimeoutSeconds", To(GoodBucket with { TimeoutSeconds = 0 }), "1 to 3600" },
    };

    private static DeliveryDefinition To(DestinationOptions destination) => Good with { Destination = destination };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_value_out_of_range_names_its_member_and_what_is_allowed(
        string member, DeliveryDefinition definition, string allowed)
    {
        var error = Assert.Single(definition.Validate());
        Assert.Equal(member, error.Member);
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_edges_of_the_ranges_are_allowed()
    {
        Assert.Empty(Good.Validate());
        Assert.Empty((Good with { BufferBytes = 1024, BufferSeconds = 0, Prefix = "a/b" }).Validate());
        Assert.Empty((Good with { BufferBytes = 128L << 20, BufferSeconds = 900 }).Validate());
        Assert.Empty((Good with { Destination = GoodBucket }).Validate());
    }

    [Fact]
    public void A_secret_is_not_shown()
    {
        var definition = Good with
        {
            Destination = GoodBucket with { AccessKeyId = "id", SecretAccessKey = "hush" },
        };
        Assert.DoesNotContain("hush", definition.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", definition.Destination.Target, StringComparison.Ordinal);
    }
}
