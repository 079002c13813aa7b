using System.Text.Json;
using EdgeStream.Delivery;

namespace EdgeStream.Kinesis;

/// <summary>The members <c>s3</c>, <c>http</c>, <c>splunk</c>, <c>search</c> and <c>channel</c> of a delivery stream
/// in the gateway's state: it has one of them.</summary>
internal static class DestinationFormat
{
    private const string Bucket = "s3";
    private const string Http = "http";
    private const string Splunk = "splunk";
    private const string Search = "search";

    internal static void Write(Utf8JsonWriter writer, DestinationSettings settings)
    {
        switch (settings)
        {
            case HttpEndpointSettings http:
                WriteHttp(writer, http);
                break;
            case SplunkSettings splunk:
                WriteSplunk(writer, splunk);
                break;
            case SearchSettings search:
                WriteSearch(writer, search);
                break;
            case ChannelSettings channel:
                ChannelFormat.Write(writer, channel);
                break;
            case S3Settings s3:
                WriteS3(writer, s3);
                break;
            default:
                throw new ArgumentException($"{settings.Kind} has no form in the state.");
        }
    }

    internal static DestinationSettings Read(JsonElement root) =>
        root.TryGetProperty(Http, out var http) ? ReadHttp(http)
        : root.TryGetProperty(Splunk, out var splunk) ? ReadSplunk(splunk)
        : root.TryGetProperty(Search, out var search) ? ReadSearch(search)
        : root.TryGetProperty(ChannelFormat.Member, out var channel) ? ChannelFormat.Read(channel)
        : ReadS3(root.GetProperty(Bucket));

    private static void WriteHttp(Utf8JsonWriter writer, HttpEndpointSettings settings)
    {
        writer.WriteStartObject(Http);
        writer.WriteString("url", settings.Url);
        DeliveryStreamFormat.WriteText(writer, "name", settings.EndpointName);
        DeliveryStreamFormat.WriteText(writer, "accessKey", settings.AccessKey);
        writer.WriteBoolean("gzip", settings.IsGzip);
        writer.WriteStartArray("attributes");
        foreach (var (name, value) in settings.Attributes.Entries)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteEndpoint(writer, settings);
        writer.WriteEndObject();
    }

    private static HttpEndpointSettings ReadHttp(JsonElement http)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        foreach (var attribute in http.GetProperty("attributes").EnumerateArray())
        {
            attributes.Add(new(
                attribute.GetProperty("name").GetString()!, attribute.GetProperty("value").GetString()!));
        }

        return new HttpEndpointSettings
        {
            Url = http.GetProperty("url").GetString()!,
            EndpointName = DeliveryStreamFormat.TextOf(http, "name"),
            AccessKey = DeliveryStreamFormat.TextOf(http, "accessKey"),
            IsGzip = http.GetProperty("gzip").GetBoolean(),
            Attributes = new NamedValues([.. attributes]),
            RoleArn = http.GetProperty("role").GetString()!,
            SizeInMiB = http.GetProperty("sizeMiB").GetInt32(),
            IntervalInSeconds = http.GetProperty("intervalSeconds").GetInt32(),
            RetrySeconds = http.GetProperty("retrySeconds").GetInt32(),
            Backup = ReadS3(http.GetProperty(Bucket)),
        };
    }

    private static void WriteSplunk(Utf8JsonWriter writer, SplunkSettings settings)
    {
        writer.WriteStartObject(Splunk);
        writer.WriteString("endpoint", settings.Endpoint);
        writer.WriteString("token", settings.Token);
        writer.WriteNumber("acknowledgementSeconds", settings.AcknowledgementSeconds);
        WriteEndpoint(writer, settings);
        writer.WriteEndObject();
    }

    private static SplunkSettings ReadSplunk(JsonElement splunk) => new()
    {
        Endpoint = splunk.GetProperty("endpoint").GetString()!,
        Token = splunk.GetProperty("token").GetString()!,
        AcknowledgementSeconds = splunk.GetProperty("acknowledgementSeconds").GetInt32(),
        RoleArn = splunk.GetProperty("role").GetString()!,
        SizeInMiB = splunk.GetProperty("sizeMiB").GetInt32(),
        IntervalInSeconds = splunk.GetProperty("intervalSeconds").GetInt32(),
        RetrySeconds = splunk.GetProperty("retrySeconds").GetInt32(),
        Backup = ReadS3(splunk.GetProperty(Bucket)),
    };

    private static void WriteSearch(Utf8JsonWriter writer, SearchSettings settings)
    {
        writer.WriteStartObject(Search);
        writer.WriteBoolean("openSearch", settings.IsOpenSearch);
        writer.WriteString("endpoint", settings.Endpoint);
        writer.WriteString("index", settings.IndexName);
        DeliveryStreamFormat.WriteText(writer, "type", settings.TypeName);
        writer.WriteBoolean("daily", settings.IsDaily);
        WriteEndpoint(writer, settings);
        writer.WriteEndObject();
    }

    private static SearchSettings ReadSearch(JsonElement search) => new()
    {
        IsOpenSearch = search.GetProperty("openSearch").GetBoolean(),
        Endpoint = search.GetProperty("endpoint").GetString()!,
        IndexName = search.GetProperty("index").GetString()!,
        TypeName = DeliveryStreamFormat.TextOf(search, "type"),
        IsDaily = search.GetProperty("daily").GetBoolean(),
        RoleArn = search.GetProperty("role").GetString()!,
        SizeInMiB = search.GetProperty("sizeMiB").GetInt32(),
        IntervalInSeconds = search.GetProperty("intervalSeconds").GetInt32(),
        RetrySeconds = search.GetProperty("retrySeconds").GetInt32(),
        Backup = ReadS3(search.GetProperty(Bucket)),
    };

    private static void WriteEndpoint(Utf8JsonWriter writer, EndpointSettings settings)
    {
        writer.WriteString("role", settings.RoleArn);
        writer.WriteNumber("sizeMiB", settings.SizeInMiB);
        writer.WriteNumber("intervalSeconds", settings.IntervalInSeconds);
        writer.WriteNumber("retrySeconds", settings.RetrySeconds);
        WriteS3(writer, settings.Backup);
    }

    private static void WriteS3(Utf8JsonWriter writer, S3Settings settings)
    {
        writer.WriteStartObject(Bucket);
        writer.WriteString("role", settings.RoleArn);
        writer.WriteString("bucket", settings.BucketArn);
        DeliveryStreamFormat.WriteText(writer, "prefix", settings.Prefix);
        DeliveryStreamFormat.WriteText(writer, "errorPrefix", settings.ErrorOutputPrefix);
        writer.WriteNumber("sizeMiB", settings.SizeInMiB);
        writer.WriteNumber("intervalSeconds", settings.IntervalInSeconds);
        writer.WriteString("compression", CompressionForm.WordOf(settings.Compression));
        DeliveryStreamFormat.WriteText(writer, "extension", settings.FileExtension);
        DeliveryStreamFormat.WriteText(writer, "timeZone", settings.CustomTimeZone);
        DeliveryStreamFormat.WriteText(writer, "kmsKey", settings.KmsKeyArn);
        if (settings.IsProcessing is { } isProcessing)
        {
            writer.WriteBoolean("processing", isProcessing);
            WriteProcessors(writer, settings.Processors);
        }

        if (settings.IsPartitioned is { } isPartitioned)
        {
            writer.WriteBoolean("partitioning", isPartitioned);
            writer.WriteNumber("partitionRetrySeconds", settings.PartitionRetrySeconds);
        }

        writer.WriteEndObject();
    }

    private static S3Settings ReadS3(JsonElement s3) => new()
    {
        RoleArn = s3.GetProperty("role").GetString()!,
        BucketArn = s3.GetProperty("bucket").GetString()!,
        Prefix = DeliveryStreamFormat.TextOf(s3, "prefix"),
        ErrorOutputPrefix = DeliveryStreamFormat.TextOf(s3, "errorPrefix"),
        SizeInMiB = s3.GetProperty("sizeMiB").GetInt32(),
        IntervalInSeconds = s3.GetProperty("intervalSeconds").GetInt32(),
        Compression = CompressionForm.TryParse(
            DeliveryStreamFormat.TextOf(s3, "compression") ?? "", out var compression)
            ? compression : throw new FormatException("A delivery stream's compression is not known."),
        FileExtension = DeliveryStreamFormat.TextOf(s3, "extension"),
        CustomTimeZone = DeliveryStreamFormat.TextOf(s3, "timeZone"),
        KmsKeyArn = DeliveryStreamFormat.TextOf(s3, "kmsKey"),
        IsProcessing = s3.TryGetProperty("processing", out var processing) ? processing.GetBoolean() : null,
        Processors = ReadProcessors(s3),
        IsPartitioned = s3.TryGetProperty("partitioning", out var partitioning) ? partitioning.GetBoolean() : null,
        PartitionRetrySeconds = s3.TryGetProperty("partitionRetrySeconds", out var seconds)
            ? seconds.GetInt32() : S3Settings.PartitionRetrySecondsDefault,
    };

    private static void WriteProcessors(Utf8JsonWriter writer, IReadOnlyList<RecordProcessor> processors)
    {
        writer.WriteStartArray("processors");
        foreach (var processor in processors)
        {
            writer.WriteStartObject();
            writer.WriteString("type", processor.Type);
            writer.WriteStartArray("parameters");
            foreach (var (name, value) in processor.Parameters)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteString("value", value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static List<RecordProcessor> ReadProcessors(JsonElement s3)
    {
        var processors = new List<RecordProcessor>();
        if (!s3.TryGetProperty("processors", out var members))
        {
            return processors;
        }

        foreach (var member in members.EnumerateArray())
        {
            var parameters = new List<KeyValuePair<string, string>>();
            foreach (var parameter in member.GetProperty("parameters").EnumerateArray())
            {
                parameters.Add(new(
                    parameter.GetProperty("name").GetString()!, parameter.GetProperty("value").GetString()!));
            }

            processors.Add(new RecordProcessor(member.GetProperty("type").GetString()!, parameters));
        }

        return processors;
    }
}
