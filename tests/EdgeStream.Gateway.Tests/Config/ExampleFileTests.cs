using System.Text.RegularExpressions;
using EdgeStream.Gateway.Config;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class ExampleFileTests
{
    private static readonly string Path = RepositoryFolder.Combine("deploy", "edgestream.yaml");
    private static readonly string Text = File.ReadAllText(Path);

    [Fact]
    public void The_example_changes_nothing()
    {
        var defaults = ConfigText.Parse("");
        var example = ConfigText.Parse(Text);
        Assert.Equal(defaults.Streams, example.Streams);
        Assert.Equal(defaults.Routes, example.Routes);
        Assert.Equal(defaults.Rules, example.Rules);
        Assert.Equal(defaults.Deliveries, example.Deliveries);
        Assert.Empty(example.Sources);
        Assert.Empty(example.Queries);
        Assert.Equal(defaults.MqttListeners, example.MqttListeners);
        Assert.Equal(
            Rest(defaults), Rest(example));
    }

    private static GatewayConfig Rest(GatewayConfig config) => config with
    {
        Streams = [], Sources = [], ModbusSources = [], SensorSources = [], BufferSources = [], LineSources = [],
        Routes = [], Rules = [], Deliveries = [], MqttListeners = [], Queries = [], ObjectTables = [],
    };

    [Fact]
    public void The_example_is_allowed_with_every_commented_line_switched_on()
    {
        var all = Regex.Replace(Text, "^#(  +|(?=[^ ]))", "$1", RegexOptions.Multiline);
        Assert.Contains("\n  - name: upstream\n", all);
        using var authority = new TestCertificates();
        var pair = authority.Sign("gateway");
        var config = ConfigLoader.Parse(all, Path, ConfigText.Context with
        {
            Environment = name => name switch
            {
                "EDGESTREAM_S3_SECRET" or "EDGESTREAM_SITE_PASSWORD" or "EDGESTREAM_KINESIS_SECRET"
                    or "EDGESTREAM_TOKEN" => "secret",
                "EDGESTREAM_KEY" => "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                _ => null,
            },
            MqttFiles = new MqttFiles(path => path.EndsWith(".key") ? pair.Key
                : path.EndsWith("clients.pem") || path.EndsWith("ca.pem") ? authority.Authority
                : path.EndsWith(".pem") ? pair.Certificate
                : path.EndsWith(".crl") ? authority.Revoke()
                : "")
        });
        Assert.Equal(["mqtt", "site", "pages", "local"], config.MqttListeners.Select(listener => listener.Name));
        Assert.Equal("sensors", Assert.Single(config.Kinesis.Credentials).AccessKeyId);
        Assert.Equal(2, config.MqttAccess.Rules?.Count);
        Assert.Equal("2026", config.Encryption?.Current?.Name);
        Assert.Equal("greenhouse-gateway", config.NodeId);
        Assert.Equal(5, config.Streams.Count);
        Assert.Equal(6, config.Routes.Count);
        Assert.Equal(11, config.Rules.Count);
        Assert.Equal(
            [
                "folder", "s3", "folder", "mqtt", "http", "http", "kinesis", "firehose", "nats", "influxdb",
                "prometheus", "postgresql", "elasticsearch", "splunk",
            ],
            config.Deliveries.Select(delivery => delivery.Destination.Kind));
        Assert.Equal(["hot-minutes"], config.Queries.Select(query => query.Name));
        Assert.Equal("tables/machines.json", Assert.Single(config.ObjectTables).Key);
        Assert.Equal("mqtts://broker.example.org:8883", Assert.Single(config.Sources).Link.Target);
        Assert.Equal("/dev/ttyUSB0", Assert.Single(config.ModbusSources).Target);
        Assert.Equal(5, Assert.Single(config.SensorSources).Sensors.Count);
        Assert.Equal("adxl345", Assert.Single(config.BufferSources).Chip);
        Assert.Equal(2, Assert.Single(config.LineSources).Lines.Count);
    }

    [Fact]
    public void The_example_names_every_key()
    {
        var missing = SchemaWalk.Nodes(ConfigKeys.Root, "")
            .Where(node => !Regex.IsMatch(Text, $@"\b{Regex.Escape(node.Node.Name)}:"))
            .Select(node => node.Path);
        Assert.Empty(missing);
    }

    [Fact]
    public void The_keys_are_the_ones_that_were_promised()
    {
        var keys = SchemaWalk.Nodes(ConfigKeys.Root, "").Select(node => node.Node is SchemaScalar scalar
            ? $"{node.Path} {scalar.Kind} {Shown(scalar.Default)}"
            : node.Path);
        var frozen = RepositoryFolder.Combine(
            "tests", "EdgeStream.Gateway.Tests", "Config", "frozen-keys.txt");
        Assert.Equal(File.ReadAllLines(frozen), keys);
    }

    [Fact]
    public void Every_key_has_a_sentence() => Assert.All(
        SchemaWalk.Nodes(ConfigKeys.Root, ""), node => Assert.EndsWith(".", node.Node.Documentation));

    private static string Shown(string? defaultText) => defaultText switch
    {
        null => "-",
        "" => "(empty)",
        _ => defaultText,
    };
}
