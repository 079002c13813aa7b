using System.Net;
using System.Text;
using EdgeStream.Kinesis;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the Kinesis API's configuration, and reads the secrets and checks the files that it names.</summary>
internal sealed class KinesisBinder(ConfigReader reader, ConfigContext context)
{
    /// <summary>Binds the section.</summary>
    public KinesisConfig Bind(ConfigValues root)
    {
        var kinesis = root.Section(KinesisKeys.Section);
        Names.TryParseAddress(kinesis.Text(KinesisKeys.Address), out var address);
        var config = new KinesisConfig
        {
            IsEnabled = kinesis.Boolean(KinesisKeys.Enabled),
            Listen = new ListenConfig(address, kinesis.Integer(KinesisKeys.Port)),
            Region = kinesis.Text(KinesisKeys.Region),
            AccountId = kinesis.Text(KinesisKeys.AccountId),
            ShardsMax = kinesis.Integer(KinesisKeys.ShardsMax),
            OnDemandStreamsMax = kinesis.Integer(KinesisKeys.OnDemandStreamsMax),
            ConnectionsMax = kinesis.Integer(KinesisKeys.ConnectionsMax),
            Limits = new KinesisLimits
            {
                RequestsMax = kinesis.Integer(KinesisKeys.RequestsMax),
                RequestBytesMax = kinesis.Size(KinesisKeys.RequestBytesMax),
                AnswerBytesMax = kinesis.Size(KinesisKeys.AnswerBytesMax),
                SubscriptionsMax = kinesis.Integer(KinesisKeys.SubscriptionsMax),
            },
            Credentials = BindCredentials(kinesis),
            Tls = BindTls(kinesis),
        };
        var keyCount = kinesis.List(KinesisKeys.Credentials)?.Count ?? 0;
        if (config.IsEnabled && keyCount == 0 && !IPAddress.IsLoopback(address))
        {
            reader.Report(
                kinesis.At(KinesisKeys.Address),
                $"'address' is {address}, where others can connect: that needs 'credentials' for them to sign with");
        }

        return config;
    }

    private IReadOnlyList<KinesisCredential> BindCredentials(ConfigValues kinesis)
    {
        var items = kinesis.List(KinesisKeys.Credentials) ?? [];
        if (items.Count == 0)
        {
            return [];
        }

        var credentials = new List<KinesisCredential>();
        var seen = new UniqueNames(reader, "access key");
        foreach (var item in items)
        {
            if (seen.Add(item, KinesisKeys.AccessKeyId) && SecretOf(item) is { } secret)
            {
                credentials.Add(new KinesisCredential(item.Text(KinesisKeys.AccessKeyId), secret));
            }
        }

        return credentials;
    }

    private string? SecretOf(ConfigValues item)
    {
        var id = item.Text(KinesisKeys.AccessKeyId);
        if (item.Has(KinesisKeys.SecretAccessKey) == item.Has(KinesisKeys.SecretAccessKeyFile))
        {
            reader.Report(
                item.Location, $"the key '{id}' needs exactly one of 'secretAccessKey' and 'secretAccessKeyFile'");
            return null;
        }

        var secret = item.Has(KinesisKeys.SecretAccessKey)
            ? item.Text(KinesisKeys.SecretAccessKey)
            : ReadSecret(item, Path.GetFullPath(item.Text(KinesisKeys.SecretAccessKeyFile)));
        if (secret?.Length == 0)
        {
            reader.Report(item.Location, $"the secret of the key '{id}' is empty");
        }

        return secret;
    }

    private string? ReadSecret(ConfigValues item, string path)
    {
        if (context.MqttFiles is null)
        {
            return null;
        }

        try
        {
            if (KeyFile.IsOpenToOthers(path))
            {
                reader.Warn(
                    item.At(KinesisKeys.SecretAccessKeyFile),
                    $"everyone on this machine may read the secret in {path}: chmod o-rwx {path}");
            }

            return Encoding.UTF8.GetString(KeyFile.Read(path)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Report(
                item.At(KinesisKeys.SecretAccessKeyFile), $"the secret in {path} cannot be read: {error.Message}");
            return null;
        }
    }

    private KinesisTlsConfig? BindTls(ConfigValues kinesis)
    {
        if (!kinesis.Has(KinesisKeys.Tls))
        {
            return null;
        }

        var values = kinesis.Section(KinesisKeys.Tls);
        var certificate = values.TextOrNull(KinesisKeys.Certificate);
        var key = values.TextOrNull(KinesisKeys.Key);
        if (certificate is null || key is null)
        {
            return null;
        }

        var tls = new KinesisTlsConfig(Path.GetFullPath(certificate), Path.GetFullPath(key));
        try
        {
            context.MqttFiles?.ReadCertificate(tls);
        }
        catch (ConfigException refused)
        {
            reader.Report(
                values.At(KinesisKeys.Certificate),
                $"{refused.Errors[0].Location.File}: {refused.Errors[0].Message}");
        }

        return tls;
    }
}
