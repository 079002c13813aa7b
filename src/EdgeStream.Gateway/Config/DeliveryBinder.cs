using EdgeStream.Delivery;
using EdgeStream.Gateway.Destinations;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the deliveries; what a member may hold is the business of the room that delivers.</summary>
internal sealed class DeliveryBinder(
    ConfigReader reader, StreamReferences names, string dataFolder, LinkBinder links)
{
    private const string DestinationPrefix = "Destination.";
    private const string TransformPrefix = "Transform.";
    private const string LinkPrefix = "Link.";

    /// <summary>Of a delivery by messages where the file says nothing: an object is only what is sent again after a
    /// crash, not what arrives.</summary>
    private const long MessagesBufferBytes = 64 << 10;

    private const int MessagesBufferSeconds = 1;

    /// <summary>The members of definitions by their keys.</summary>
    private static readonly Dictionary<string, SchemaNode> Keys = new(StringComparer.Ordinal)
    {
        [nameof(DeliveryDefinition.Name)] = DeliveryKeys.Name,
        [nameof(DeliveryDefinition.Stream)] = DeliveryKeys.Stream,
        [nameof(DeliveryDefinition.Prefix)] = DeliveryKeys.Prefix,
        [nameof(DeliveryDefinition.ErrorPrefix)] = DeliveryKeys.ErrorPrefix,
        [nameof(DeliveryDefinition.Delimiter)] = DeliveryKeys.Delimiter,
        [nameof(DeliveryDefinition.Compression)] = DeliveryKeys.Compression,
        [nameof(DeliveryDefinition.Columns)] = DeliveryKeys.Columns,
        [nameof(DeliveryDefinition.BufferBytes)] = DeliveryKeys.BufferSize,
        [nameof(DeliveryDefinition.BufferSeconds)] = DeliveryKeys.BufferTime,
        [nameof(TransformDefinition.Where)] = DeliveryKeys.Where,
        [nameof(TransformDefinition.Select)] = DeliveryKeys.Select,
        [nameof(ProcessTransformOptions.Command)] = DeliveryKeys.TransformCommand,
        [nameof(HttpTransformOptions.Url)] = DeliveryKeys.TransformUrl,
        [nameof(TransformDefinition.Http)] = DeliveryKeys.TransformUrl,
        [nameof(DeliveryLinkOptions.BreakerFailures)] = UsageKeys.BreakerFailures,
        [nameof(DeliveryLinkOptions.BytesPerSecond)] = UsageKeys.BytesPerSecond,
        [nameof(DeliveryLinkOptions.BytesPerMonth)] = UsageKeys.BytesPerMonth,
        [nameof(DeliveryLinkOptions.Windows)] = UsageKeys.Windows,
        [nameof(DeliveryLinkOptions.TimeZone)] = UsageKeys.TimeZone,
        [nameof(FolderDestinationOptions.Path)] = DeliveryKeys.FolderPath,
        [nameof(FolderDestinationOptions.MaximumBytes)] = DeliveryKeys.FolderSizeMax,
        [nameof(S3DestinationOptions.Endpoint)] = DeliveryKeys.Endpoint,
        [nameof(S3DestinationOptions.Region)] = DeliveryKeys.Region,
        [nameof(S3DestinationOptions.Bucket)] = DeliveryKeys.Bucket,
        [nameof(S3DestinationOptions.SecretAccessKey)] = DeliveryKeys.SecretKey,
        [nameof(S3DestinationOptions.TimeoutSeconds)] = DeliveryKeys.Timeout,
        [nameof(S3DestinationOptions.KmsKeyId)] = DeliveryKeys.KmsKeyId,
        [nameof(S3DestinationOptions.PartBytes)] = DeliveryKeys.PartSize,
        [nameof(ServerLink.Url)] = ServerKeys.Url,
        [nameof(ServerLink.Password)] = ServerKeys.Password,
        [nameof(ServerLink.Token)] = ServerKeys.Token,
        [nameof(ServerLink.Headers)] = ServerKeys.Headers,
        [nameof(HttpDestinationOptions.AccessKey)] = ServerKeys.AccessKey,
        [nameof(HttpDestinationOptions.RequestRecords)] = ServerKeys.RequestRecords,
        [nameof(HttpDestinationOptions.RequestBytes)] = ServerKeys.RequestSize,
        [nameof(KinesisDestinationOptions.StreamName)] = AwsKeys.StreamName,
        [nameof(KinesisDestinationOptions.ExplicitHashKey)] = AwsKeys.HashKey,
        [nameof(NatsDestinationOptions.Subject)] = NatsKeys.Subject,
        [nameof(NatsDestinationOptions.SendMaximum)] = NatsKeys.SendMaximum,
        [nameof(InfluxDestinationOptions.Database)] = StoreKeys.Database,
        [nameof(InfluxDestinationOptions.Organization)] = StoreKeys.Organization,
        [nameof(InfluxDestinationOptions.Measurement)] = StoreKeys.Measurement,
        [nameof(ElasticsearchDestinationOptions.Index)] = StoreKeys.Index,
        [nameof(PrometheusDestinationOptions.QueryUrl)] = PrometheusKeys.QueryUrl,
        [nameof(PrometheusDestinationOptions.Metrics)] = PrometheusKeys.Metrics,
        [nameof(PrometheusDestinationOptions.MetricPrefix)] = PrometheusKeys.MetricPrefix,
        [nameof(PrometheusDestinationOptions.Labels)] = PrometheusKeys.Labels,
        [nameof(PostgresDestinationOptions.Tls)] = LinkKeys.Tls,
        [nameof(PostgresDestinationOptions.Table)] = PostgresKeys.Table,
        [nameof(PostgresDestinationOptions.LedgerTable)] = PostgresKeys.LedgerTable,
        [nameof(SplunkDestinationOptions.AcknowledgementSeconds)] = StoreKeys.AcknowledgementTimeout,
    };

    /// <summary>The file's deliveries, or the default one.</summary>
    public IReadOnlyList<DeliveryDefinition> Bind(ConfigValues root)
    {
        if (root.List(DeliverySchema.List) is not { } items)
        {
            return DefaultConfig.Deliveries(dataFolder);
        }

        var deliveries = new List<DeliveryDefinition>();
        var seen = new UniqueNames(reader, "delivery");
        foreach (var item in items)
        {
            if (seen.Add(item, DeliveryKeys.Name))
            {
                deliveries.Add(BindDelivery(item));
                ReportRound(item, deliveries);
            }
        }

        return deliveries;
    }

    /// <summary>Reports refused records that would go round for ever: what is put aside comes back to the stream that
    /// it is from, over the deliveries of the streams between.</summary>
    private void ReportRound(ConfigValues item, List<DeliveryDefinition> deliveries)
    {
        var first = deliveries[^1];
        var reached = new List<string>();
        Follow(first);
        if (reached.Contains(first.Stream))
        {
            reader.Report(item.At(DeliveryKeys.ErrorStream),
                $"what '{first.Name}' puts aside in '{first.ErrorStream}' may come back to '{first.Stream}', as the "
                + "deliveries of the streams between put aside, too: one of them needs another errorStream, or \"\"");
        }

        void Follow(DeliveryDefinition delivery)
        {
            // A delivery of its own error stream puts nothing aside.
            if (delivery.ErrorStream is { } errors && errors != delivery.Stream && !reached.Contains(errors))
            {
                reached.Add(errors);
                foreach (var next in deliveries)
                {
                    if (next.Stream == errors)
                    {
                        Follow(next);
                    }
                }
            }
        }
    }

    private DeliveryDefinition BindDelivery(ConfigValues item)
    {
        var kind = KindOf(item);
        var isMessages = kind == LinkKeys.Destination;
        var hasSmallBatches = isMessages || kind == NatsKeys.Section;
        var isRecords = isMessages || DeliverySchema.Servers.Contains(kind);
        var destination = item.Section(kind);
        var format = item.Text(DeliveryKeys.Format) switch
        {
            "raw" => RecordFormat.Raw,
            "csv" => RecordFormat.Csv,
            "parquet" => RecordFormat.Parquet,
            _ => RecordFormat.JsonLines,
        };
        var delivery = new DeliveryDefinition
        {
            Name = item.Text(DeliveryKeys.Name),
            Stream = names.Check(item, DeliveryKeys.Stream),
            BufferSeconds = hasSmallBatches && !item.Has(DeliveryKeys.BufferTime) ? MessagesBufferSeconds
                : (int)Math.Ceiling(item.Duration(DeliveryKeys.BufferTime).TotalSeconds),
            BufferBytes = hasSmallBatches && !item.Has(DeliveryKeys.BufferSize) ? MessagesBufferBytes
                : item.Size(DeliveryKeys.BufferSize),
            Prefix = item.Text(DeliveryKeys.Prefix),
            ErrorStream = item.Text(DeliveryKeys.ErrorStream).Length == 0
                ? null : names.Check(item, DeliveryKeys.ErrorStream),
            ErrorPrefix = item.Text(DeliveryKeys.ErrorPrefix) is { Length: > 0 } errors ? errors : null,
            Format = format,
            Delimiter = item.Text(DeliveryKeys.Delimiter),
            HasHeader = item.Boolean(DeliveryKeys.Header),
            Columns = BindColumns(item, DeliveryKeys.Columns),
            Compression = isRecords ? CompressionKind.None : CompressionOf(item, format),
            Start = item.Text(DeliveryKeys.Start) == "latest" ? StartPosition.Latest : StartPosition.TrimHorizon,
            Protect = item.Boolean(DeliveryKeys.Protect),
            LiveFirst = item.Boolean(DeliveryKeys.LiveFirst),
            Transform = TransformBinder.Bind(reader, item),
            Link = UsageBinder.Bind(reader, item, kind),
            Retry = UsageBinder.BindRetry(item),
            Destination = isMessages ? BindMessages(item.Text(DeliveryKeys.Name), destination)
                : isRecords ? new ServerBinder(reader, links).Bind(kind, destination)
                : kind == DeliveryKeys.S3
                    ? new S3Binder(reader).BindDestination(destination)
                : BindFolder(destination),
        };
        if (isRecords && delivery.Format != RecordFormat.JsonLines)
        {
            reader.Report(item.At(DeliveryKeys.Format),
                $"'format' must be json-lines for '{kind.Name}', which has keys of its own for what is sent");
        }

        if (isRecords && delivery.ErrorPrefix is not null)
        {
            reader.Report(item.At(DeliveryKeys.ErrorPrefix),
                $"'errorPrefix' is for files: what '{kind.Name}' refuses goes to 'errorStream' alone");
        }

        foreach (var error in delivery.Validate())
        {
            Report(item, destination, error);
        }

        return delivery;
    }

    private static CompressionKind CompressionOf(ConfigValues item, RecordFormat format) =>
        format == RecordFormat.Parquet && !item.Has(DeliveryKeys.Compression) ? CompressionKind.Snappy
        : CompressionForm.TryParse(item.Text(DeliveryKeys.Compression), out var kind) ? kind : CompressionKind.Gzip;

    /// <summary>Binds a list of columns.</summary>
    public static ColumnList BindColumns(ConfigValues item, SchemaList list)
    {
        var columns = new List<ColumnDefinition>();
        foreach (var column in item.List(list) ?? [])
        {
            columns.Add(new ColumnDefinition
            {
                Name = column.Text(DeliveryKeys.ColumnName),
                Path = column.TextOrNull(DeliveryKeys.ColumnPath),
                Field = ColumnWords.FieldOf(column.Text(DeliveryKeys.ColumnField)),
                Type = ColumnWords.TypeOf(column.Text(DeliveryKeys.ColumnTypeKey)),
                IsRequired = column.Boolean(DeliveryKeys.ColumnRequired),
            });
        }

        return columns.Count == 0 ? ColumnList.Empty : new ColumnList(columns);
    }

    private SchemaSection KindOf(ConfigValues item)
    {
        SchemaSection? found = null;
        var count = 0;
        foreach (var kind in DeliverySchema.Destinations)
        {
            if (item.Has(kind))
            {
                found = kind;
                count++;
            }
        }

        if (count != 1)
        {
            reader.Report(item.Location,
                $"the delivery '{item.Text(DeliveryKeys.Name)}' needs exactly one of "
                    + $"'{string.Join("', '", DeliverySchema.Destinations.Select(kind => kind.Name))}'");
        }

        return count == 1 ? found! : DeliveryKeys.Folder;
    }

    private MqttDestinationOptions BindMessages(string name, ConfigValues values) => new()
    {
        Link = links.Bind(name, values),
        Topic = values.Text(LinkKeys.Topic),
        Qos = (MqttQos)values.Integer(LinkKeys.SendQos),
        Retain = values.Boolean(LinkKeys.Retain),
        IsLinePayload = values.Text(LinkKeys.Payload) == "line",
        SendMaximum = values.Integer(LinkKeys.SendMaximum),
        Timeout = values.Duration(LinkKeys.Timeout),
    };

    private FolderDestinationOptions BindFolder(ConfigValues values) => new()
    {
        Path = Path.GetFullPath(values.Text(DeliveryKeys.FolderPath), dataFolder),
        MaximumBytes = values.Size(DeliveryKeys.FolderSizeMax),
    };

    private void Report(ConfigValues item, ConfigValues destination, DefinitionError error)
    {
        var isInner = error.Member.StartsWith(DestinationPrefix, StringComparison.Ordinal);
        var isTransform = error.Member.StartsWith(TransformPrefix, StringComparison.Ordinal);
        var isLink = error.Member.StartsWith(LinkPrefix, StringComparison.Ordinal);
        var member = isInner ? error.Member[DestinationPrefix.Length..]
            : isTransform ? error.Member[TransformPrefix.Length..]
            : isLink ? error.Member[LinkPrefix.Length..] : error.Member;
        var values = isInner ? destination : isTransform ? item.Section(DeliveryKeys.Transform)
            : isLink ? item.Section(UsageKeys.Section) : item;
        if (Keys.TryGetValue(member, out var key))
        {
            // Kinds have keys of one name that are not the same.
            reader.Report(values.At(values.Schema.Find(key.Name) ?? key), $"'{key.Name}' {error.Message}");
        }
        else
        {
            reader.Report(values.Location, error.ToString());
        }
    }
}
