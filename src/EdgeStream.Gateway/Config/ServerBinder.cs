using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the destinations that take records by requests, and reads the secrets that they name.</summary>
internal sealed class ServerBinder(ConfigReader reader, LinkBinder links)
{
    /// <summary>Binds one of <see cref="DeliverySchema.Servers"/>.</summary>
    public DestinationOptions Bind(SchemaSection kind, ConfigValues values) =>
        kind == AwsKeys.Kinesis ? BindKinesis(values)
        : kind == AwsKeys.Firehose ? BindFirehose(values)
        : kind == NatsKeys.Section ? BindNats(values)
        : kind == StoreKeys.Influx ? new StoreBinder(this).BindInflux(values)
        : kind == StoreKeys.Elasticsearch ? new StoreBinder(this).BindElasticsearch(values)
        : kind == StoreKeys.Splunk ? new StoreBinder(this).BindSplunk(values)
        : kind == PrometheusKeys.Section ? PrometheusBinder.Bind(reader, this, values)
        : kind == PostgresKeys.Section ? BindPostgres(values)
        : BindHttp(values);

    private static bool IsLine(ConfigValues values) => values.Text(ServerKeys.Payload) == "line";

    private HttpDestinationOptions BindHttp(ConfigValues values) => new()
    {
        Link = BindLink(values),
        Body = values.Text(ServerKeys.Body) switch
        {
            "json-lines" => HttpBody.JsonLines,
            "json-array" => HttpBody.JsonArray,
            _ => HttpBody.Firehose,
        },
        IsLinePayload = IsLine(values),
        AccessKey = links.BindSecret(values, ServerKeys.AccessKey, ServerKeys.AccessKeyFile),
        SourceArn = values.TextOrNull(ServerKeys.SourceArn),
        CommonAttributes = EntriesOf(values, ServerKeys.CommonAttributes),
        RequestRecords = values.Integer(ServerKeys.RequestRecords),
        RequestBytes = values.Size(ServerKeys.RequestSize),
    };

    private KinesisDestinationOptions BindKinesis(ConfigValues values) => new()
    {
        Link = BindAws(values),
        StreamName = values.Text(AwsKeys.StreamName),
        ExplicitHashKey = values.TextOrNull(AwsKeys.HashKey),
        IsKeyOrdered = values.Text(AwsKeys.Order) == "key",
        HasRecordIds = values.Boolean(AwsKeys.RecordIds),
        IsLinePayload = values.Text(AwsKeys.Payload) != "data",
        IsIdentified = values.Text(AwsKeys.Payload) == AwsKeys.LineWithId,
    };

    private FirehoseDestinationOptions BindFirehose(ConfigValues values) => new()
    {
        Link = BindAws(values),
        StreamName = values.Text(AwsKeys.StreamName),
        HasLineFeeds = values.Boolean(AwsKeys.LineFeeds),
        IsLinePayload = values.Text(AwsKeys.Payload) != "data",
        IsIdentified = values.Text(AwsKeys.Payload) == AwsKeys.LineWithId,
    };

    private NatsDestinationOptions BindNats(ConfigValues values) => new()
    {
        Url = values.Text(NatsKeys.Url),
        Subject = values.Text(NatsKeys.Subject),
        StreamName = values.TextOrNull(NatsKeys.StreamName),
        UserName = values.TextOrNull(ServerKeys.UserName),
        Password = links.BindSecret(values, ServerKeys.Password, ServerKeys.PasswordFile),
        Token = links.BindSecret(values, ServerKeys.Token, ServerKeys.TokenFile),
        Tls = TlsOf(values),
        IsLinePayload = IsLine(values),
        IsKeyOrdered = values.Text(AwsKeys.Order) == "key",
        SendMaximum = values.Integer(NatsKeys.SendMaximum),
        TimeoutSeconds = (int)values.Duration(NatsKeys.Timeout).TotalSeconds,
    };

    private PostgresDestinationOptions BindPostgres(ConfigValues values) => new()
    {
        Url = values.Text(PostgresKeys.Url),
        UserName = values.Text(PostgresKeys.UserName),
        Password = links.BindSecret(values, ServerKeys.Password, ServerKeys.PasswordFile),
        IsEncrypted = values.Boolean(PostgresKeys.Encrypted),
        Tls = TlsOf(values),
        Table = values.Text(PostgresKeys.Table),
        LedgerTable = values.Text(PostgresKeys.LedgerTable),
        Columns = DeliveryBinder.BindColumns(values, PostgresKeys.Columns),
        RequestRecords = values.Integer(PostgresKeys.Rows),
        RequestBytes = values.Size(ServerKeys.RequestSize),
        TimeoutSeconds = (int)values.Duration(PostgresKeys.Timeout).TotalSeconds,
    };

    private AwsLink BindAws(ConfigValues values)
    {
        var endpoint = values.TextOrNull(DeliveryKeys.Endpoint);
        if (values.Has(LinkKeys.Tls) && endpoint?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true)
        {
            reader.Report(values.At(LinkKeys.Tls), "'tls' needs an 'endpoint' that begins with https://");
        }

        return new AwsLink
        {
            Endpoint = endpoint,
            Region = values.Text(DeliveryKeys.Region),
            AccessKeyId = values.TextOrNull(DeliveryKeys.AccessKey),
            SecretAccessKey = links.BindSecret(values, DeliveryKeys.SecretKey, DeliveryKeys.SecretKeyFile),
            Profile = values.TextOrNull(DeliveryKeys.Profile),
            Tls = TlsOf(values),
            TimeoutSeconds = (int)values.Duration(ServerKeys.Timeout).TotalSeconds,
        };
    }

    /// <summary>Binds how an HTTP server is asked.</summary>
    /// <param name="values">The section; keys that it does not have are left out.</param>
    /// <param name="token">The key of the token, where it is not <c>token</c>.</param>
    /// <param name="tokenFile">The key of the file with it.</param>
    public ServerLink BindLink(ConfigValues values, SchemaScalar? token = null, SchemaScalar? tokenFile = null)
    {
        var url = values.Text(ServerKeys.Url);
        if (values.Has(LinkKeys.Tls) && !url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            reader.Report(values.At(LinkKeys.Tls), "'tls' needs a 'url' that begins with https://");
        }

        return new ServerLink
        {
            Url = url,
            Tls = TlsOf(values),
            UserName = values.TextOrNull(ServerKeys.UserName),
            Password = links.BindSecret(values, ServerKeys.Password, ServerKeys.PasswordFile),
            Token = links.BindSecret(values, token ?? ServerKeys.Token, tokenFile ?? ServerKeys.TokenFile),
            Headers = EntriesOf(values, ServerKeys.Headers),
            Gzip = values.Boolean(ServerKeys.Gzip),
            TimeoutSeconds = (int)values.Duration(ServerKeys.Timeout).TotalSeconds,
        };
    }

    private ServerTls? TlsOf(ConfigValues values)
    {
        if (!values.Has(LinkKeys.Tls))
        {
            return null;
        }

        var tls = links.BindTls(values.Section(LinkKeys.Tls));
        return new ServerTls
        {
            Authorities = tls.Authorities, Certificate = tls.Certificate, Key = tls.Key, ServerName = tls.ServerName,
        };
    }

    private NamedValues EntriesOf(ConfigValues values, SchemaList list)
    {
        var entries = new List<KeyValuePair<string, string>>();
        foreach (var item in values.List(list) ?? [])
        {
            var value = list == ServerKeys.Headers
                ? links.BindSecret(item, ServerKeys.HeaderValue, ServerKeys.HeaderValueFile)
                : item.Text(ServerKeys.EntryValue);
            if (value is null && item.Has(ServerKeys.HeaderValueFile) is false)
            {
                reader.Report(item.Location, "'headers' needs 'value' or 'valueFile'");
            }

            entries.Add(new(item.Text(ServerKeys.EntryName), value ?? ""));
        }

        return new NamedValues([.. entries]);
    }
}
