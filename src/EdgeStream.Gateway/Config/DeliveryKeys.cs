using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of one delivery; part of <see cref="ConfigKeys"/>.</summary>
internal static class DeliveryKeys
{
    public static readonly SchemaScalar Name = RequiredText("name",
        "The delivery's name; its progress is kept under it.", Names.Id);
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings, "The stream to deliver.", Names.Stream);
    public static readonly SchemaScalar BufferTime = Duration("bufferTime", "60s", "1s", "15m",
        "A file is delivered at the latest this long after its first record.");
    public static readonly SchemaScalar BufferSize = Size("bufferSize", "5MiB", "64KiB", "128MiB",
        "A file is delivered when it holds this much before compression.");
    public static readonly SchemaScalar Prefix = Text("prefix", "", "What object names begin with.");

    public static readonly SchemaScalar FolderPath = Text("path", null,
        "The folder. Default: delivered/ in the data folder.");
    public static readonly SchemaScalar FolderSizeMax = Size("sizeMax", "256MiB", "1MiB", "64TiB",
        "The oldest files are deleted to keep the folder below this.");
    public static readonly SchemaSection Folder = new("folder", "Deliver to a local folder.", FolderPath, FolderSizeMax);

    public static readonly SchemaScalar Endpoint = Text("endpoint", null,
        "The server's URL. Default: AWS in the region.", Names.Url);
    public static readonly SchemaScalar Region = Text("region", "us-east-1", "The region that requests are signed for.");
    public static readonly SchemaScalar Bucket = RequiredText("bucket", "The bucket; it must exist.");
    public static readonly SchemaScalar AccessKey = Text("accessKey", null, "The access key id.");
    public static readonly SchemaScalar SecretKey = Text("secretKey", null,
        "The secret access key; better as ${ENVIRONMENT_VARIABLE} or by secretKeyFile.");
    public static readonly SchemaScalar SecretKeyFile = Text("secretKeyFile", null,
        "A file whose first line is the secret access key.");
    public static readonly SchemaScalar PathStyle = SchemaScalar.Boolean("pathStyle", true,
        "Whether the bucket stands in the path (most servers) or in the host name (AWS).");
    public static readonly SchemaSection S3 = new("s3", "Deliver to an S3-compatible server.",
        Endpoint, Region, Bucket, AccessKey, SecretKey, SecretKeyFile, PathStyle);

    public static readonly SchemaList List = new("deliveries",
        "What is delivered where. A list here replaces the default, which writes readings to a local folder; [] is none.",
        64, Name, Stream, BufferTime, BufferSize, Prefix, Folder, S3);
}
