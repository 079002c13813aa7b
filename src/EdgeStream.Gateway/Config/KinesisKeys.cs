using EdgeStream.Streams;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>The keys of the Kinesis API; part of <see cref="ConfigKeys"/>.</summary>
internal static class KinesisKeys
{
    public static readonly SchemaScalar Enabled = SchemaScalar.Boolean("enabled", false,
        "Whether the API is served.");
    public static readonly SchemaScalar Address = Text("address", "127.0.0.1",
        "The address to listen on; 0.0.0.0 is every one. Anywhere but on the machine itself there must be credentials.",
        Names.Address);
    public static readonly SchemaScalar Port = Integer("port", 4567, 0, 65535,
        "The TCP port of the API; 0 picks a free one.");
    public static readonly SchemaScalar Region = Text("region", KinesisNames.RegionDefault,
        "The region in the names of streams; clients may sign for any.", RegionProblem, 32);
    public static readonly SchemaScalar AccountId = Text("accountId", KinesisNames.AccountDefault,
        "The account in the names of streams, 12 digits.", AccountProblem, 12);
    public static readonly SchemaScalar ShardsMax = Integer("shardsMax", 200, 1, 100_000,
        "How many shards of all streams may be open before the API makes no more.");
    public static readonly SchemaScalar OnDemandStreamsMax = Integer("onDemandStreamsMax", 50, 0, 100_000,
        "How many streams of the mode ON_DEMAND the API makes.");
    public static readonly SchemaScalar ConnectionsMax = Integer("connectionsMax", 1000, 1, 1_000_000,
        "How many connections there may be; further ones are closed at once.");
    public static readonly SchemaScalar RequestsMax = Integer("requestsMax", 256, 1, 100_000,
        "How many requests are served at the same time; further ones are told to come again.");
    public static readonly SchemaScalar RequestBytesMax = Size("requestBytesMax", "64MiB", "16MiB", "16GiB",
        "How many bytes of requests are in memory at the same time; further ones are told to come again.");
    public static readonly SchemaScalar AnswerBytesMax = Size("answerBytesMax", "64MiB", "1MiB", "16GiB",
        "How many bytes large answers and events hold in memory at the same time; further ones wait.");
    public static readonly SchemaScalar SubscriptionsMax = Integer("subscriptionsMax", 256, 0, 100_000,
        "How many subscriptions of consumers with enhanced fan-out there may be at the same time.");

    public static readonly SchemaScalar AccessKeyId = RequiredText("accessKeyId",
        "The public part of a key that clients sign with.", AccessKeyIdProblem);
    public static readonly SchemaScalar SecretAccessKey = Text("secretAccessKey", null,
        "Its secret part; better as ${NAME} from the environment, or by secretAccessKeyFile.");
    public static readonly SchemaScalar SecretAccessKeyFile = Text("secretAccessKeyFile", null,
        "A file that holds the secret part.", Names.File);
    public static readonly SchemaList Credentials = new("credentials",
        "The keys that clients sign with. Without any, every request from this machine is taken, signed or not.",
        64, AccessKeyId, SecretAccessKey, SecretAccessKeyFile);

    public static readonly SchemaScalar Certificate = RequiredText("certificate",
        "The PEM file of the server's certificate, then those between it and its root.", Names.File);
    public static readonly SchemaScalar Key = RequiredText("key",
        "The PEM file of its private key, not encrypted.", Names.File);
    public static readonly SchemaSection Tls = new("tls",
        "The certificate of the port, which then speaks TLS only. Files that change are read anew within seconds.",
        Certificate, Key);

    public static readonly SchemaSection Section = new("kinesis",
        "The API of Kinesis Data Streams for AWS clients.",
        Enabled, Address, Port, Region, AccountId, ShardsMax, OnDemandStreamsMax, ConnectionsMax, RequestsMax,
        RequestBytesMax, AnswerBytesMax, SubscriptionsMax, Credentials, Tls);

    private static string? RegionProblem(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter)
            || letter == '-')
            ? null
            : $"cannot be '{text}'; allowed: small letters, digits and '-', such as eu-central-1";

    private static string? AccountProblem(string text) =>
        text.Length == 12 && text.All(char.IsAsciiDigit) ? null
            : $"cannot be '{text}'; allowed: 12 digits, in quotation marks";

    private static string? AccessKeyIdProblem(string text) =>
        text.Length <= 128 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            ? null
            : $"cannot be '{text}'; allowed: 1 to 128 letters, digits and '_'";
}
