using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the connections to other MQTT servers, and checks the files they name.</summary>
internal sealed class LinkBinder(ConfigReader reader, ConfigContext context, string nodeId)
{
    /// <summary>The topics where none are named.</summary>
    private static readonly IReadOnlyList<MqttTopicSubscription> Everything = [new("#", MqttQos.AtLeastOnce)];

    /// <summary>The file's sources.</summary>
    public IReadOnlyList<MqttSourceConfig> BindSources(ConfigValues root)
    {
        var sources = new List<MqttSourceConfig>();
        var seen = new UniqueNames(reader, "source");
        foreach (var item in root.List(LinkKeys.Sources) ?? [])
        {
            if (!seen.Add(item, LinkKeys.SourceName))
            {
                continue;
            }

            var name = item.Text(LinkKeys.SourceName);
            var isMqtt = item.Has(LinkKeys.Source);
            SchemaSection[] kinds = [LinkKeys.Source, ModbusKeys.Source, KernelKeys.Source];
            if (kinds.Count(item.Has) != 1)
            {
                reader.Report(item.Location,
                    $"the source '{name}' needs one of 'mqtt' with the server's 'url', 'modbus' with the line's, or "
                        + "'kernel' with 'sensors' or 'lines'");
            }
            else if (isMqtt)
            {
                sources.Add(BindSource(name, item.Section(LinkKeys.Source)));
            }
        }

        return sources;
    }

    /// <summary>The connection that a section describes.</summary>
    public MqttLinkConfig Bind(string name, ConfigValues values)
    {
        LinkUrl.TryParse(values.Text(LinkKeys.Url), out var host, out var port, out var isSecure);
        if (values.Has(LinkKeys.Tls) && !isSecure)
        {
            reader.Report(values.At(LinkKeys.Tls), "'tls' needs a 'url' that begins with mqtts://");
        }

        return new MqttLinkConfig
        {
            Host = host,
            Port = port,
            Tls = isSecure ? BindTls(values.Section(LinkKeys.Tls)) : null,
            Version = values.Text(LinkKeys.Version) == "3.1.1" ? MqttVersion.V311 : MqttVersion.V500,
            ClientId = values.TextOrNull(LinkKeys.ClientId) is { Length: > 0 } id ? id : $"edgestream-{nodeId}-{name}",
            UserName = values.TextOrNull(LinkKeys.UserName),
            Password = BindSecret(values, LinkKeys.Password, LinkKeys.PasswordFile),
            KeepAlive = values.Duration(LinkKeys.KeepAlive),
            SessionExpiry = values.Duration(LinkKeys.SessionExpiry),
            ConnectTimeout = values.Duration(LinkKeys.ConnectTimeout),
            ReconnectMax = values.Duration(LinkKeys.ReconnectMax),
        };
    }

    private MqttSourceConfig BindSource(string name, ConfigValues values)
    {
        var subscriptions = new List<MqttTopicSubscription>();
        var seen = new UniqueNames(reader, "subscription to");
        foreach (var item in values.List(LinkKeys.Subscriptions) ?? [])
        {
            if (seen.Add(item, LinkKeys.Filter))
            {
                subscriptions.Add(new MqttTopicSubscription(
                    item.Text(LinkKeys.Filter), (MqttQos)item.Integer(LinkKeys.Qos)));
            }
        }

        return new MqttSourceConfig
        {
            Name = name,
            Link = Bind(name, values),
            Subscriptions = subscriptions.Count > 0 ? subscriptions : Everything,
            ReceiveMaximum = values.Integer(LinkKeys.ReceiveMaximum),
            InFlightBytesMax = values.Size(LinkKeys.InFlightBytesMax),
            PacketSizeMax = (int)values.Size(LinkKeys.PacketSizeMax),
        };
    }

    /// <summary>A secret that stands in the file, or in the first line of a file that it names; null for
    /// none.</summary>
    public string? BindSecret(ConfigValues values, SchemaScalar plain, SchemaScalar file)
    {
        if (values.Has(plain) && values.Has(file))
        {
            reader.Report(values.At(file), $"the {plain.Name} stands twice: leave out {plain.Name} or {file.Name}");
        }

        return values.Has(file) ? ReadSecret(values, file) : values.TextOrNull(plain);
    }

    /// <summary>The certificates of a connection, checked where the files may be read.</summary>
    public MqttLinkTlsConfig BindTls(ConfigValues values)
    {
        var tls = new MqttLinkTlsConfig
        {
            Authorities = PathOf(values, LinkKeys.Authorities),
            Certificate = PathOf(values, LinkKeys.Certificate),
            Key = PathOf(values, LinkKeys.Key),
            ServerName = values.TextOrNull(LinkKeys.ServerName),
        };
        if ((tls.Certificate is null) != (tls.Key is null))
        {
            reader.Report(values.Location, "'certificate' and 'key' belong together: give both, or none");
        }
        else if (context.MqttFiles is { } files)
        {
            try
            {
                files.ReadClientCertificates(tls);
            }
            catch (ConfigException refused)
            {
                var error = refused.Errors[0];
                reader.Report(values.Location, $"{error.Location.File}: {error.Message}");
            }
        }

        return tls;
    }

    private string? ReadSecret(ConfigValues values, SchemaScalar key)
    {
        var file = values.Text(key);
        if (context.MqttFiles is not { } files)
        {
            return null;
        }

        try
        {
            return files.ReadFirstLine(file);
        }
        catch (ConfigException refused)
        {
            reader.Report(values.At(key), $"'{file}': {refused.Errors[0].Message}");
            return null;
        }
    }

    private static string? PathOf(ConfigValues values, SchemaScalar key) =>
        values.TextOrNull(key) is { } path ? Path.GetFullPath(path) : null;
}
