using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Delivery streams: make, delete, describe, list, and change where they deliver to.</summary>
internal static class DeliveryStreamActions
{
    internal const string DestinationId = "destinationId-000000000001";

    private const int ListedDefault = 10;
    private const string Configuration = "Configuration";
    private const string Update = "Update";

    /// <summary>Those that deliver, in one of these spellings.</summary>
    private static readonly string[] OwnDestinations =
    [
        "S3Destination", "ExtendedS3Destination", "HttpEndpointDestination", "SplunkDestination",
        "AmazonopensearchserviceDestination", "ElasticsearchDestination",
    ];

    private static readonly string[] OtherDestinations =
    [
        "RedshiftDestination", "AmazonOpenSearchServerlessDestination", "SnowflakeDestination", "IcebergDestination",
    ];

    internal static async ValueTask CreateAsync(ActionCall call)
    {
        var firehose = call.Firehose;
        var name = call.DeliveryStreamName;
        if (!StreamName.IsValid(name))
        {
            throw ApiException.InvalidArgument($"'{name}' is no name of a delivery stream here: it has dots only.");
        }

        var request = RequestPart.Of(call.Request);
        var (source, role) = SourceOf(call, request);
        var (keyType, keyArn) = DeliveryEncryptionActions.KeyOf(
            call, request.Part("DeliveryStreamEncryptionConfigurationInput"), source is not null);
        var record = new DeliveryStreamRecord
        {
            Name = name,
            Id = "",
            CreatedAt = default,
            Source = source,
            SourceRoleArn = role,
            ThroughputHintInMBs = request.Part("DirectPutSourceConfiguration")?.Integer("ThroughputHintInMBs"),
            KeyType = keyType,
            KeyArn = keyArn,
            Tags = DeliveryStreamTagActions.Merge(new Dictionary<string, string>(), request),
            Destination = SettingsOf(null, request),
        };
        if (source is null)
        {
            ShardLimits.CheckAccount(call, 1);
        }

        await firehose.CreateAsync(record, call.Account).ConfigureAwait(false);
        call.Response.BeginStructure();
        call.Response.Text(
            FirehoseMembers.DeliveryStreamArn, DeliveryStreamDescription.ArnOf(call.Service.Names, record.Name));
        call.Response.EndStructure();
    }

    internal static async ValueTask DeleteAsync(ActionCall call)
    {
        await call.Firehose.DeleteAsync(call.DeliveryStream(), call.Request.Flag("AllowForceDelete"))
            .ConfigureAwait(false);
        WriteNothing(call);
    }

    internal static ValueTask DescribeAsync(ActionCall call)
    {
        var name = call.DeliveryStreamName;
        if (call.Firehose.TryGet(name, out var stream))
        {
            DeliveryStreamDescription.Write(call, stream);
        }
        else if (call.Firehose.TryGetConfigured(name, out var definition))
        {
            DeliveryStreamDescription.Write(call, definition);
        }
        else
        {
            throw call.NoDeliveryStream();
        }

        return default;
    }

    internal static ValueTask ListAsync(ActionCall call)
    {
        var limit = call.Request.Integer("Limit") ?? ListedDefault;
        var after = call.Request.Text("ExclusiveStartDeliveryStreamName");
        var type = call.Request.Text("DeliveryStreamType");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stream in call.Firehose.Streams)
        {
            if (stream.Record.Destination is ChannelSettings)
            {
                continue;
            }

            AddIf(names, stream.Record.Name, DeliveryStreamDescription.TypeOf(stream.Record), after, type);
        }

        foreach (var definition in call.Firehose.Configured)
        {
            if (call.Firehose.TryGetConfigured(definition.Name, out _))
            {
                AddIf(names, definition.Name, DeliveryStreamDescription.FromStream, after, type);
            }
        }

        var response = call.Response;
        response.BeginStructure();
        response.BeginList(FirehoseMembers.DeliveryStreamNames);
        var listed = 0;
        foreach (var name in names)
        {
            if (listed++ == limit)
            {
                break;
            }

            response.Text(name);
        }

        response.EndList();
        response.Flag(FirehoseMembers.HasMoreDeliveryStreams, names.Count > limit);
        response.EndStructure();
        return default;
    }

    internal static async ValueTask UpdateDestinationAsync(ActionCall call)
    {
        var stream = call.DeliveryStream();
        var request = RequestPart.Of(call.Request);
        _ = DestinationOf(request, Update);
        if (call.Request.Text("DestinationId") is { } id && id != DestinationId)
        {
            throw ApiException.InvalidArgument($"Destination Id {id} not found");
        }

        await call.Firehose.UpdateAsync(
            stream,
            call.Request.Text("CurrentDeliveryStreamVersionId")!,
            old => SettingsOf(old, request)).ConfigureAwait(false);
        WriteNothing(call);
    }

    /// <summary>Answers with a structure that has no members.</summary>
    internal static void WriteNothing(ActionCall call)
    {
        call.Response.BeginStructure();
        call.Response.EndStructure();
    }

    private static void AddIf(SortedSet<string> names, string name, string type, string? after, string? wanted)
    {
        if ((wanted is null || wanted == type) && (after is null || string.CompareOrdinal(name, after) > 0))
        {
            names.Add(name);
        }
    }

    /// <summary>The stream that is read, and the role that was named for it; null for one that takes records
    /// itself.</summary>
    private static (string? Source, string? RoleArn) SourceOf(ActionCall call, RequestPart request)
    {
        var type = request.Text("DeliveryStreamType") ?? DeliveryStreamDescription.DirectPut;
        var source = request.Part("KinesisStreamSourceConfiguration");
        var isOther = request.HasAny("MSKSourceConfiguration", "DatabaseSourceConfiguration");
        if (isOther || type is not (DeliveryStreamDescription.DirectPut or DeliveryStreamDescription.FromStream))
        {
            throw ApiException.InvalidArgument(
                "MSKAsSource and DatabaseAsSource are not supported by this gateway: DirectPut and "
                    + "KinesisStreamAsSource are.");
        }

        if (type == DeliveryStreamDescription.DirectPut)
        {
            return source is null ? default : throw ApiException.InvalidArgument(
                "KinesisStreamSourceConfiguration is only applicable for KinesisStreamAsSource delivery stream type.");
        }

        if (source is not { } given || request.Has("DirectPutSourceConfiguration"))
        {
            throw ApiException.InvalidArgument(
                "The delivery stream type KinesisStreamAsSource needs KinesisStreamSourceConfiguration and no other "
                    + "source.");
        }

        var arn = given.Text("KinesisStreamARN")!;
        return call.Service.Names.TryParseStream(arn, out var name)
            ? (name, given.Text("RoleARN"))
            : throw ApiException.InvalidArgument(
                $"KinesisStreamARN {arn} names no stream of this gateway: its streams are "
                    + $"{call.Service.Names.OfStream("name")}.");
    }

    /// <summary>The destination that a request makes, or makes of another.</summary>
    /// <exception cref="ApiException">It is wrong, of another kind than the present one, or not done here.</exception>
    private static DestinationSettings SettingsOf(DestinationSettings? old, RequestPart request)
    {
        var word = old is null ? Configuration : Update;
        var name = DestinationOf(request, word);
        var part = request.Part(name + word)!.Value;
        if (old is not null && !name.EndsWith(old.Kind, StringComparison.Ordinal))
        {
            throw S3SettingsReader.NotDone(
                $"Making {name} of {old.Kind}", "a delivery stream of its own, beside or after this one, is");
        }

        return name switch
        {
            "HttpEndpointDestination" => EndpointSettingsReader.Apply((HttpEndpointSettings?)old, part),
            "SplunkDestination" => EndpointSettingsReader.Apply((SplunkSettings?)old, part),
            "AmazonopensearchserviceDestination" =>
                SearchSettingsReader.Apply((SearchSettings?)old, part, isOpenSearch: true),
            "ElasticsearchDestination" =>
                SearchSettingsReader.Apply((SearchSettings?)old, part, isOpenSearch: false),
            _ => old is S3Settings s3 ? S3SettingsReader.Apply(s3, part) : S3SettingsReader.Read(part),
        };
    }

    /// <summary>The name of the one destination that there must be.</summary>
    private static string DestinationOf(RequestPart request, string word)
    {
        foreach (var other in OtherDestinations)
        {
            if (request.Has(other + word))
            {
                throw S3SettingsReader.NotDone(
                    other + word, $"{string.Join(word + ", ", OwnDestinations)}{word} are");
            }
        }

        string? found = null;
        var count = 0;
        foreach (var own in OwnDestinations)
        {
            if (request.Has(own + word))
            {
                found = own;
                count++;
            }
        }

        return count == 1 ? found! : throw ApiException.InvalidArgument(
            "Exactly one destination configuration is supported for a Firehose");
    }
}
