using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes an S3 server's options, and reads the secret that they name.</summary>
internal sealed class S3Binder(ConfigReader reader)
{
    /// <summary>Binds the values of a section that has the keys of an S3 server.</summary>
    public S3DestinationOptions Bind(ConfigValues values, string bucket)
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
            Bucket = bucket,
            PathStyle = values.Has(DeliveryKeys.PathStyle) ? values.Boolean(DeliveryKeys.PathStyle) : null,
            AccessKeyId = values.TextOrNull(DeliveryKeys.AccessKey),
            SecretAccessKey = values.Has(DeliveryKeys.SecretKeyFile)
                ? ReadSecret(values, DeliveryKeys.SecretKeyFile)
                : values.TextOrNull(DeliveryKeys.SecretKey),
            Profile = values.TextOrNull(DeliveryKeys.Profile),
            TimeoutSeconds = (int)values.Duration(DeliveryKeys.Timeout).TotalSeconds,
        };
    }

    /// <summary>Reports what is wrong with a server's options at the keys of their section.</summary>
    public void Report(ConfigValues values, S3DestinationOptions server)
    {
        foreach (var error in server.Validate())
        {
            var key = error.Member switch
            {
                nameof(S3DestinationOptions.Endpoint) => DeliveryKeys.Endpoint,
                nameof(S3DestinationOptions.Region) => DeliveryKeys.Region,
                nameof(S3DestinationOptions.Bucket) => DeliveryKeys.Bucket,
                nameof(S3DestinationOptions.TimeoutSeconds) => DeliveryKeys.Timeout,
                _ => DeliveryKeys.SecretKey,
            };
            reader.Report(values.At(key), $"'{key.Name}' {error.Message}");
        }
    }

    /// <summary>Binds the section of a delivery.</summary>
    public S3DestinationOptions BindDestination(ConfigValues values) =>
        Bind(values, values.Text(DeliveryKeys.Bucket)) with
        {
            Encryption = values.Text(DeliveryKeys.Encryption) switch
            {
                "aes256" => S3Encryption.Aes256,
                "kms" => S3Encryption.Kms,
                _ => S3Encryption.Bucket,
            },
            KmsKeyId = values.TextOrNull(DeliveryKeys.KmsKeyId),
            PartBytes = values.Size(DeliveryKeys.PartSize),
        };

    /// <summary>Binds the section of the Firehose API.</summary>
    public FirehoseConfig BindFirehose(ConfigValues root)
    {
        var values = root.Section(FirehoseKeys.Section);
        var server = Bind(values, FirehoseConfig.Placeholder);
        Report(values, server);
        return new FirehoseConfig(server, values.Integer(FirehoseKeys.DeliveryStreamsMax));
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
}
