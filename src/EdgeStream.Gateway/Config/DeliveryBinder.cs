using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the deliveries; what a member may hold is the business of the room that delivers.</summary>
internal sealed class DeliveryBinder(ConfigReader reader, StreamReferences names, string dataFolder)
{
    private const string DestinationPrefix = "Destination.";

    /// <summary>The members of definitions by their keys.</summary>
    private static readonly Dictionary<string, SchemaScalar> Keys = new(StringComparer.Ordinal)
    {
        [nameof(DeliveryDefinition.Name)] = DeliveryKeys.Name,
        [nameof(DeliveryDefinition.Stream)] = DeliveryKeys.Stream,
        [nameof(DeliveryDefinition.Prefix)] = DeliveryKeys.Prefix,
        [nameof(DeliveryDefinition.BufferBytes)] = DeliveryKeys.BufferSize,
        [nameof(DeliveryDefinition.BufferSeconds)] = DeliveryKeys.BufferTime,
        [nameof(FolderDestinationOptions.Path)] = DeliveryKeys.FolderPath,
        [nameof(FolderDestinationOptions.MaximumBytes)] = DeliveryKeys.FolderSizeMax,
        [nameof(S3DestinationOptions.Endpoint)] = DeliveryKeys.Endpoint,
        [nameof(S3DestinationOptions.Region)] = DeliveryKeys.Region,
        [nameof(S3DestinationOptions.Bucket)] = DeliveryKeys.Bucket,
        [nameof(S3DestinationOptions.SecretAccessKey)] = DeliveryKeys.SecretKey,
        [nameof(S3DestinationOptions.TimeoutSeconds)] = DeliveryKeys.Timeout,
    };

    /// <summary>The file's deliveries, or the default one.</summary>
    public IReadOnlyList<DeliveryDefinition> Bind(ConfigValues root)
    {
        if (root.List(DeliveryKeys.List) is not { } items)
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
            }
        }

        return deliveries;
    }

    private DeliveryDefinition BindDelivery(ConfigValues item)
    {
        var isFolder = item.Has(DeliveryKeys.Folder);
        if (isFolder == item.Has(DeliveryKeys.S3))
        {
            reader.Report(item.Location,
                $"the delivery '{item.Text(DeliveryKeys.Name)}' needs exactly one of 'folder' and 's3'");
            isFolder = true;
        }

        var destination = item.Section(isFolder ? DeliveryKeys.Folder : DeliveryKeys.S3);
        var delivery = new DeliveryDefinition
        {
            Name = item.Text(DeliveryKeys.Name),
            Stream = names.Check(item, DeliveryKeys.Stream),
            BufferSeconds = (int)Math.Ceiling(item.Duration(DeliveryKeys.BufferTime).TotalSeconds),
            BufferBytes = item.Size(DeliveryKeys.BufferSize),
            Prefix = item.Text(DeliveryKeys.Prefix),
            Compression = item.Text(DeliveryKeys.Compression) == "none" ? CompressionKind.None : CompressionKind.Gzip,
            Start = item.Text(DeliveryKeys.Start) == "latest" ? StartPosition.Latest : StartPosition.TrimHorizon,
            Protect = item.Boolean(DeliveryKeys.Protect),
            Destination = isFolder ? BindFolder(destination) : BindS3(destination),
        };
        foreach (var error in delivery.Validate())
        {
            Report(item, destination, error);
        }

        return delivery;
    }

    private FolderDestinationOptions BindFolder(ConfigValues values) => new()
    {
        Path = Path.GetFullPath(values.Text(DeliveryKeys.FolderPath), dataFolder),
        MaximumBytes = values.Size(DeliveryKeys.FolderSizeMax),
    };

    private S3DestinationOptions BindS3(ConfigValues values)
    {
        if (values.Has(DeliveryKeys.SecretKey) && values.Has(DeliveryKeys.SecretKeyFile))
        {
            reader.Report(values.At(DeliveryKeys.SecretKeyFile), "the secret stands twice: leave out secretKey or "
                + "secretKeyFile");
        }

        return new S3DestinationOptions
        {
            Endpoint = values.TextOrNull(DeliveryKeys.Endpoint),
            Region = values.Text(DeliveryKeys.Region),
            Bucket = values.Text(DeliveryKeys.Bucket),
            PathStyle = values.Has(DeliveryKeys.PathStyle) ? values.Boolean(DeliveryKeys.PathStyle) : null,
            AccessKeyId = values.TextOrNull(DeliveryKeys.AccessKey),
            SecretAccessKey = values.Has(DeliveryKeys.SecretKeyFile)
                ? ReadSecret(values, DeliveryKeys.SecretKeyFile)
                : values.TextOrNull(DeliveryKeys.SecretKey),
            Profile = values.TextOrNull(DeliveryKeys.Profile),
            TimeoutSeconds = (int)values.Duration(DeliveryKeys.Timeout).TotalSeconds,
        };
    }

    private string? ReadSecret(ConfigValues values, SchemaScalar key)
    {
        var file = values.Text(key);
        try
        {
            return File.ReadLines(file).FirstOrDefault();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Report(values.At(key), $"'{file}' cannot be read: {error.Message}");
            return null;
        }
    }

    private void Report(ConfigValues item, ConfigValues destination, DefinitionError error)
    {
        var isInner = error.Member.StartsWith(DestinationPrefix, StringComparison.Ordinal);
        var member = isInner ? error.Member[DestinationPrefix.Length..] : error.Member;
        var values = isInner ? destination : item;
        if (Keys.TryGetValue(member, out var key))
        {
            reader.Report(values.At(key), $"'{key.Name}' {error.Message}");
        }
        else
        {
            reader.Report(values.Location, error.ToString());
        }
    }
}
