using EdgeStream.Delivery;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of destinations that take records by requests; part of <see cref="DeliverySchema"/>.</summary>
internal static class ServerKeys
{
    public static readonly SchemaScalar Url = RequiredText("url",
        "The server's URL, http or https, without user and password.", UrlProblem);
    public static readonly SchemaScalar UserName = Text("username", null, "The user name, for basic authentication.");
    public static readonly SchemaScalar Password = Text("password", null,
        "The password; better as ${NAME} from the environment, or by passwordFile.");
    public static readonly SchemaScalar PasswordFile = Text("passwordFile", null,
        "A file whose first line is the password.", Names.File);
    public static readonly SchemaScalar Token = Text("token", null,
        "The token, instead of a user; better as ${NAME} from the environment, or by tokenFile.");
    public static readonly SchemaScalar TokenFile = Text("tokenFile", null,
        "A file whose first line is the token.", Names.File);
    public static readonly SchemaScalar EntryName = RequiredText("name", "The name.");
    public static readonly SchemaScalar EntryValue = RequiredText("value",
        "The value; a secret better as ${NAME} from the environment, or by valueFile.");
    public static readonly SchemaScalar HeaderValue = Text("value", null,
        "The value; a secret better as ${NAME} from the environment, or by valueFile.");
    public static readonly SchemaScalar HeaderValueFile = Text("valueFile", null,
        "A file whose first line is the value.", Names.File);
    public static readonly SchemaList Headers = new("headers",
        "Headers of each request.", 32, EntryName, HeaderValue, HeaderValueFile);
    public static readonly SchemaScalar Gzip = SchemaScalar.Boolean("gzip", false,
        "Whether requests are compressed with gzip.");
    public static readonly SchemaScalar Timeout = Duration("timeout", "60s", "1s", "1h",
        "One request ends within this, sending and the whole answer included.");
    public static readonly SchemaScalar RequestRecords = Integer("requestRecords", 500, 1,
        HttpDestinationOptions.RequestRecordsMax, "How many records one request has at most.");
    public static readonly SchemaScalar RequestSize = Size("requestSize", "4MiB", "1KiB", "64MiB",
        "How large a request is at most, but for one record that is larger by itself.");
    public static readonly SchemaScalar Payload = Choice("payload", "data",
        "What is sent of a record: its data, or the whole line as in files, with stream, shard, sequence, key and "
            + "times.",
        "data", "line");

    public static readonly SchemaScalar Body = Choice("body", "firehose",
        "What a request looks like: as Firehose asks HTTP endpoints, lines of JSON, or one JSON array.",
        "firehose", "json-lines", "json-array");
    public static readonly SchemaScalar AccessKey = Text("accessKey", null,
        "Firehose's access key; better as ${NAME} from the environment, or by accessKeyFile.");
    public static readonly SchemaScalar AccessKeyFile = Text("accessKeyFile", null,
        "A file whose first line is the access key.", Names.File);
    public static readonly SchemaScalar SourceArn = Text("sourceArn", null,
        "What Firehose's requests say they come from. Default: one with the delivery's name.");
    public static readonly SchemaList CommonAttributes = new("commonAttributes",
        "Firehose's common attributes of each request.", 50, EntryName, EntryValue);
    public static readonly SchemaSection Http = new("http", "Deliver to an HTTP endpoint.",
        Url, Body, Payload, AccessKey, AccessKeyFile, SourceArn, CommonAttributes, UserName, Password, PasswordFile,
        Token, TokenFile, Headers, LinkKeys.Tls, Gzip, RequestRecords, RequestSize, Timeout);

    private static string? UrlProblem(string text) => ServerLink.UrlProblem(text) is null
        ? null
        : $"cannot be '{LinkUrl.WithoutUser(text)}'; allowed: http://host:port/path or https://host/path, without user "
            + "and password";
}
