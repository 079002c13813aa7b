using System.Net;
using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Devices;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Gateway.Tests.Config;

public sealed class ConfigValueTests
{
    [Fact]
    public void An_empty_file_is_the_defaults()
    {
        foreach (var yaml in new[] { "", "\n", "# nothing\n", "http:\nmqtt:\n", "null" })
        {
            var config = ConfigText.Parse(yaml);
            Assert.Equal("board", config.NodeId);
            Assert.Equal("/data", config.DataFolder);
            Assert.Equal(LogLevel.Information, config.LogLevel);
            Assert.Equal(new ListenConfig(IPAddress.Loopback, 8080), config.Http);
            Assert.Equal(new ListenConfig(IPAddress.Loopback, 1883), Assert.Single(config.MqttListeners).Listen);
            Assert.Equal(
                ["readings", "alerts", "dead-letter", "delivery-errors"],
                config.Streams.Select(stream => stream.Name));
            Assert.Equal(DefaultConfig.Rules, config.Rules);
            Assert.Equal(DefaultConfig.Routes, config.Routes);
            Assert.Equal(DefaultConfig.Deliveries("/data"), config.Deliveries);
            Assert.False(config.Sensors.SimulatedEnabled);
        }
    }

    [Fact]
    public void The_default_definitions_are_ones_that_their_rooms_accept()
    {
        Assert.All(DefaultConfig.Rules.Concat(DemoRules.All), rule => Assert.Empty(rule.Validate()));
        Assert.All(DefaultConfig.Routes, route => Assert.Null(route.FindProblem()));
        Assert.All(DefaultConfig.Deliveries("/data"), delivery => Assert.Empty(delivery.Validate()));
    }

    [Fact]
    public void Every_default_of_the_schema_is_allowed_by_the_schema()
    {
        foreach (var key in SchemaWalk.Scalars())
        {
            var isAllowed = key.Scalar.Default is not { } text || ScalarReader.Read(key.Scalar, text, out _) is null;
            Assert.True(isAllowed, key.Path);
        }
    }

    [Fact]
    public void Every_range_includes_its_ends_and_nothing_beyond()
    {
        foreach (var (path, key) in SchemaWalk.Scalars().Where(key => key.Scalar.Kind == SchemaValueKind.Integer))
        {
            Assert.True(ScalarReader.Read(key, $"{key.Minimum:0}", out _) is null, path);
            Assert.True(ScalarReader.Read(key, $"{key.Maximum:0}", out _) is null, path);
            Assert.True(ScalarReader.Read(key, $"{key.Minimum - 1:0}", out _) is not null, path);
            Assert.True(ScalarReader.Read(key, $"{key.Maximum + 1:0}", out _) is not null, path);
        }

        foreach (var (path, key) in SchemaWalk.Scalars().Where(key => key.Scalar.Kind == SchemaValueKind.Size))
        {
            Assert.True(ScalarReader.Read(key, $"{key.Maximum:0}", out _) is null, path);
            Assert.True(ScalarReader.Read(key, $"{key.Maximum + 1:0}", out _) is not null, path);
            Assert.True(ScalarReader.Read(key, $"{key.Minimum - 1:0}", out _) is not null, path);
        }
    }

    [Fact]
    public void A_stream_of_a_default_name_changes_only_what_it_says()
    {
        var streams = ConfigText.Parse("streams: [{name: alerts, retentionAge: 1d}, {name: fast, durability: os, "
            + "shards: 4}]")
            .Streams;
        var alerts = Assert.Single(streams, stream => stream.Name == "alerts");
        Assert.Equal(TimeSpan.FromDays(1), alerts.RetentionAge);
        Assert.Equal(4 << 20, alerts.SegmentSizeBytes);
        Assert.Equal(
            new StreamDefinition { Name = "fast", ShardCount = 4, Durability = Durability.OperatingSystem },
            streams[^1]);
    }

    [Fact]
    public void A_list_in_the_file_replaces_the_default_list()
    {
        var config = ConfigText.Parse("rules: []\ndeliveries: []\nroutes: [{topic: 'a/+', stream: readings, key: "
            + "'segment:1'}]\n");
        Assert.Empty(config.Rules);
        Assert.Empty(config.Deliveries);
        Assert.Equal([new RouteDefinition { Topic = "a/+", Key = "segment:1" }], config.Routes);
    }

    [Fact]
    public void Rules_and_deliveries_are_read_whole()
    {
        var config = ConfigText.Parse(
            """
            rules:
              - {name: frost, field: t, where: "PARTITION_KEY = 'x'", below: 2, hysteresis: 1, for: 5m,
                 severity: critical, message: "{key}"}
              - {name: odd, field: t, anomaly: {window: 10m, deviations: 5, minimumSamples: 9,
                 minimumDeviation: 0.5, resolveAfter: 4}}
            deliveries:
              - {name: up, stream: alerts, bufferTime: 1s, bufferSize: 1MiB, prefix: a/b, compression: none,
                 start: latest, s3: {bucket: telemetry, endpoint: "http://127.0.0.1:9000", region: eu,
                 accessKey: me, secretKey: "${SECRET}", timeout: 9s}}
            """);
        Assert.Equal(
            new ThresholdRuleDefinition
            {
                Name = "frost", Stream = "readings", Field = "t", Where = "PARTITION_KEY = 'x'", Below = 2,
                Hysteresis = 1, For = TimeSpan.FromMinutes(5), Severity = RuleSeverity.Critical, Message = "{key}",
            }, config.Rules[0]);
        Assert.Equal(
            new AnomalyRuleDefinition
            {
                Name = "odd", Stream = "readings", Field = "t", WindowDuration = TimeSpan.FromMinutes(10),
                Deviations = 5, MinimumSamples = 9, MinimumDeviation = 0.5, ResolveAfter = 4,
            }, config.Rules[1]);
        Assert.Equal(
            new DeliveryDefinition
            {
                Name = "up", Stream = "alerts", BufferSeconds = 1, BufferBytes = 1 << 20, Prefix = "a/b",
                ErrorStream = "delivery-errors",
                Compression = CompressionKind.None, Start = StartPosition.Latest,
                Destination = new S3DestinationOptions
                {
                    Bucket = "telemetry", Endpoint = "http://127.0.0.1:9000", Region = "eu", AccessKeyId = "me",
                    SecretAccessKey = "s3cret", TimeoutSeconds = 9,
                },
            }, Assert.Single(config.Deliveries));
    }

    [Fact]
    public void A_secret_may_stand_in_a_file_of_its_own()
    {
        using var folder = new TemporaryFolder("secret");
        var file = folder.Write("secret", "from-file\nnot this\n");
        var delivery = Assert.Single(ConfigText.Parse(
            $"deliveries: [{{name: d, s3: {{bucket: b12, accessKey: a, secretKeyFile: {file}}}}}]").Deliveries);
        Assert.Equal("from-file", ((S3DestinationOptions)delivery.Destination).SecretAccessKey);
        Assert.DoesNotContain("from-file", delivery.ToString());
    }

    [Fact]
    public void The_command_line_counts_before_the_file()
    {
        var config = ConfigText.Parse("node: {dataFolder: /a}\nhttp: {port: 1}\nmqtt: {port: 2}\n", new ConfigOverrides
        {
            DataFolder = "/b", HttpPort = 3, HttpAddress = IPAddress.Any, MqttPort = 4, MqttAddress = IPAddress.IPv6Any,
        });
        Assert.Equal("/b", config.DataFolder);
        Assert.Equal(new ListenConfig(IPAddress.Any, 3), config.Http);
        Assert.Equal(new ListenConfig(IPAddress.IPv6Any, 4), Assert.Single(config.MqttListeners).Listen);
    }

    [Fact]
    public void The_demo_adds_simulated_sensors_and_their_rules_to_those_of_the_file()
    {
        var config = ConfigText.Parse("rules: [{name: mine, field: f, above: 1}]", new ConfigOverrides { Demo = true });
        Assert.True(config.Sensors.SimulatedEnabled);
        Assert.Equal("mine", config.Rules[0].Name);
        Assert.Equal(DemoRules.All, config.Rules.Skip(1));
    }

    [Theory]
    [InlineData("a$${b}c", "a${b}c")]
    [InlineData("${SECRET}", "s3cret")]
    [InlineData("x-${SECRET}-${SECRET}", "x-s3cret-s3cret")]
    [InlineData("plain $", "plain $")]
    public void Environment_variables_are_put_into_texts(string text, string expected)
    {
        Assert.Null(EnvironmentText.Expand(text, ConfigText.Context.Environment, out var expanded));
        Assert.Equal(expected, expanded);
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("10s", 10)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("7d", 604_800)]
    [InlineData("0", 0)]
    public void Durations_are_read_and_written(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(DurationText.TryParse(DurationText.Format(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("64KiB", 65_536)]
    [InlineData("5MB", 5_000_000)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("10 MiB", 10_485_760)]
    public void Sizes_are_read_and_written(string text, long bytes)
    {
        Assert.True(SizeText.TryParse(text, out var size));
        Assert.Equal(bytes, size);
        Assert.True(SizeText.TryParse(SizeText.Format(size), out var again));
        Assert.Equal(size, again);
    }
}
