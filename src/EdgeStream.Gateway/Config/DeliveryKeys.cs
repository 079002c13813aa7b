using EdgeStream.Delivery;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of one delivery; part of <see cref="DeliverySchema"/>.</summary>
internal static class DeliveryKeys
{
    private const int SqlLengthMax = 16 << 10;

    public static readonly SchemaScalar Name = RequiredText("name",
        "The delivery's name; its progress is kept under it.");
    public static readonly SchemaScalar Stream = Text("stream", StreamNames.Readings, "The stream to deliver.");
    public static readonly SchemaScalar BufferTime = Duration("bufferTime", "60s", "0", "15m",
        "A file is delivered at the latest this long after its first record arrived. Of mqtt and nats 1s by default.");
    public static readonly SchemaScalar BufferSize = Size("bufferSize", "5MiB", "1KiB", "128MiB",
        "A file is delivered before it exceeds this, uncompressed. Of mqtt and nats what a crash sends again, 64KiB "
            + "by default.");
    public static readonly SchemaScalar Prefix = Text("prefix", "",
        "What object names begin with: folders separated by /, before the year. !{timestamp:yyyy/MM/dd} stands in the "
            + "place of that, and !{partitionKeyFromQuery:path} for a value of the data, at a folder or S3.");
    public static readonly SchemaScalar ErrorStream = Text("errorStream", StreamNames.DeliveryErrors,
        "The stream that takes what the destination refuses for good; \"\" holds everything up until it is taken.");
    public static readonly SchemaScalar ErrorPrefix = Text("errorPrefix", "",
        "What names of files with such records begin with, at a folder or S3: !{firehose:error-output-type}, "
            + "!{timestamp:yyyy/MM/dd/} and !{firehose:random-string} are replaced. Default: no such files.");
    public static readonly SchemaScalar Compression = Choice("compression", "gzip",
        "How files are compressed; in parquet files, pages: snappy by default.",
        [.. CompressionForm.All]);
    public static readonly SchemaScalar Format = Choice("format", "json-lines",
        "How records stand in files: as JSON lines with their keys and times, raw: their bytes alone, or as columns.",
        "json-lines", "raw", "csv", "parquet");
    public static readonly SchemaScalar Delimiter = Text("delimiter", "",
        "What follows each record in the raw format, at most 4 bytes, such as a line feed; what ends a line of csv.");
    public static readonly SchemaScalar Header = SchemaScalar.Boolean("header", true,
        "Whether csv begins with the names of its columns.");

    public static readonly SchemaScalar ColumnName = RequiredText("name",
        "The column's name; without path and field, of the member of the data that it is.");
    public static readonly SchemaScalar ColumnPath = Text("path", null,
        "Where in the data the value is: a.b[0], or $.a['b.c'].");
    public static readonly SchemaScalar ColumnField = Choice("field", null,
        "What of the record it is, instead of a value in its data.", [.. ColumnWords.Fields]);
    public static readonly SchemaScalar ColumnTypeKey = Choice("type", null,
        "What a column of parquet holds, or what the value for one of a table must be.", [.. ColumnWords.Types]);
    public static readonly SchemaScalar ColumnRequired = SchemaScalar.Boolean("required", false,
        "Whether a record without a value that fits goes to the error stream; otherwise the value is left out.");
    public static readonly SchemaList Columns = new("columns",
        "The columns of csv and parquet; parquet without any finds them in the data.",
        256, ColumnName, ColumnPath, ColumnField, ColumnTypeKey, ColumnRequired);
    public static readonly SchemaScalar Start = Choice("start", "trim-horizon",
        "Where a delivery starts that has never run: at the oldest record that is kept, or with the next one.",
        "trim-horizon", "latest");

    public static readonly SchemaScalar Protect = SchemaScalar.Boolean("protect", true,
        "Whether the stream keeps, beyond its limits, what is not delivered yet.");

    public static readonly SchemaScalar LiveFirst = SchemaScalar.Boolean("liveFirst", false,
        "Whether after an outage what comes now goes first, and what has waited beside it, in order, marked as "
            + "historical; otherwise all goes in strict order.");

    public static readonly SchemaScalar Where = Text("where", null,
        "A condition in SQL over a record's data, PARTITION_KEY and ROWTIME; only records for which it is true go out.",
        lengthMax: SqlLengthMax);
    public static readonly SchemaScalar Select = Text("select", null,
        "What a record's data becomes: a select list in SQL, such as *, temperature * 1.8 + 32 AS fahrenheit.",
        lengthMax: SqlLengthMax);
    public static readonly SchemaScalar TransformCommand = Text("command", null,
        "A program with its arguments that answers each JSON line with one; \"quotes\" hold blanks together.");
    public static readonly SchemaScalar TransformUrl = Text("url", null,
        "An endpoint that is asked as Firehose asks its functions. Not beside command.");
    public static readonly SchemaScalar TransformTimeout = Duration("timeout", "60s", "1s", "5m",
        "How long command or url may take for up to 500 records.");
    public static readonly SchemaSection Transform = new("transform",
        "What becomes of records before they are written: where first, then select, then command or url.",
        Where, Select, TransformCommand, TransformUrl, TransformTimeout);

    public static readonly SchemaScalar FolderPath = Text("path", "delivered",
        "The folder; a relative one lies in the data folder.");
    public static readonly SchemaScalar FolderSizeMax = Size("sizeMax", "256MiB", "1MiB", "64TiB",
        "The oldest delivered files are deleted to stay below this.");
    public static readonly SchemaSection Folder =
        new("folder", "Deliver to a local folder.", FolderPath, FolderSizeMax);

    public static readonly SchemaScalar Endpoint = Text("endpoint", null,
        "The server's URL. Default: AWS, by the region.");
    public static readonly SchemaScalar Region = Text("region", "us-east-1",
        "The region that requests are signed for.");
    public static readonly SchemaScalar Bucket = RequiredText("bucket", "The bucket; it must exist.");
    public static readonly SchemaScalar PathStyle = SchemaScalar.Boolean("pathStyle", true,
        "Whether the bucket stands in the path, as most servers want it, or in the host name, as AWS does.");
    public static readonly SchemaScalar AccessKey = Text("accessKey", null,
        "The access key's id. Default: as AWS tools find it (environment, credentials file, the machine's role).");
    public static readonly SchemaScalar SecretKey = Text("secretKey", null,
        "The access key's secret; better as ${NAME} from the environment, or by secretKeyFile.");
    public static readonly SchemaScalar SecretKeyFile = Text("secretKeyFile", null,
        "A file whose first line is the secret.");
    public static readonly SchemaScalar Profile = Text("profile", null,
        "The profile of the credentials file, when there is no accessKey.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "5m", "1s", "1h",
        "One request ends within this, sending included.");
    public static readonly SchemaScalar Encryption = Choice("encryption", "bucket",
        "How the server encrypts objects: as the bucket says, with keys of its own (SSE-S3), or with one of the key "
            + "management service (SSE-KMS).",
        "bucket", "aes256", "kms");
    public static readonly SchemaScalar KmsKeyId = Text("kmsKeyId", null,
        "The id or ARN of the key for kms. Default: the account's own.");
    public static readonly SchemaScalar PartSize = Size("partSize", "16MiB", "5MiB", "1GiB",
        "Larger objects go in parts of this, each a request; an attempt goes on where the one before was cut off.");
    public static readonly SchemaSection S3 = new("s3", "Deliver to an S3-compatible server.",
        Endpoint, Region, Bucket, PathStyle, AccessKey, SecretKey, SecretKeyFile, Profile, Timeout, Encryption,
        KmsKeyId, PartSize);
}
