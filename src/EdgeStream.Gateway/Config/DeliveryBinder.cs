namespace EdgeStream.Gateway.Config;

/// <summary>Makes the deliveries and checks that each has exactly one destination.</summary>
internal sealed class DeliveryBinder(ConfigReader reader, StreamReferences names, string dataFolder)
{
    /// <summary>The file's deliveries, or the default one.</summary>
    public IReadOnlyList<DeliveryConfig> Bind(ConfigValues root)
    {
        if (root.List(DeliveryKeys.List) is not { } items)
        {
            return DefaultConfig.Deliveries(dataFolder);
        }

        var deliveries = new List<DeliveryConfig>();
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

    private DeliveryConfig BindDelivery(ConfigValues item)
    {
        var name = item.Text(DeliveryKeys.Name);
        if (item.Has(DeliveryKeys.Folder) == item.Has(DeliveryKeys.S3))
        {
            reader.Report(item.Location, $"the delivery '{name}' needs exactly one of 'folder' and 's3'");
        }

        return new DeliveryConfig
        {
            Name = name,
            Stream = names.Check(item, DeliveryKeys.Stream),
            BufferTime = item.Duration(DeliveryKeys.BufferTime),
            BufferSizeBytes = item.Size(DeliveryKeys.BufferSize),
            Prefix = item.Text(DeliveryKeys.Prefix),
            Folder = item.Has(DeliveryKeys.Folder) ? BindFolder(item.Section(DeliveryKeys.Folder)) : null,
            S3 = item.Has(DeliveryKeys.S3) ? BindS3(item.Section(DeliveryKeys.S3)) : null,
        };
    }

    private FolderConfig BindFolder(ConfigValues values) => new(
        Path.GetFullPath(values.TextOrNull(DeliveryKeys.FolderPath) ?? "delivered", dataFolder),
        values.Size(DeliveryKeys.FolderSizeMax));

    private S3Config BindS3(ConfigValues values)
    {
        if (values.Has(DeliveryKeys.SecretKey) == values.Has(DeliveryKeys.SecretKeyFile))
        {
            reader.Report(values.Location, "'s3' needs exactly one of 'secretKey' and 'secretKeyFile'");
        }

        if (!values.Has(DeliveryKeys.AccessKey))
        {
            reader.Report(values.Location, "'s3' needs 'accessKey'");
        }

        return new S3Config
        {
            Endpoint = values.TextOrNull(DeliveryKeys.Endpoint),
            Region = values.Text(DeliveryKeys.Region),
            Bucket = values.Text(DeliveryKeys.Bucket),
            AccessKey = values.Text(DeliveryKeys.AccessKey),
            SecretKey = values.Has(DeliveryKeys.SecretKeyFile)
                ? ReadSecret(values, DeliveryKeys.SecretKeyFile)
                : values.Text(DeliveryKeys.SecretKey),
            PathStyle = values.Boolean(DeliveryKeys.PathStyle),
        };
    }

    private string ReadSecret(ConfigValues values, SchemaScalar key)
    {
        var file = values.Text(key);
        try
        {
            return File.ReadLines(file).FirstOrDefault() ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Report(values.At(key), $"'{file}' cannot be read: {error.Message}");
            return "";
        }
    }
}
