using EdgeStream.Delivery;
using EdgeStream.Gateway.Destinations;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>Connections to other MQTT servers, as a source and as a destination.</summary>
public sealed class LinkConfigTests
{
    [Fact]
    public void A_source_needs_no_more_than_its_url()
    {
        var source = Assert.Single(ConfigText.Parse("sources: [{name: site, mqtt: {url: mqtt://broker}}]").Sources);
        Assert.Equal("mqtt://broker:1883", source.Link.Target);
        Assert.Equal("edgestream-board-site", source.Link.ClientId);
        Assert.Equal([new MqttTopicSubscription("#", MqttQos.AtLeastOnce)], source.Subscriptions);
        Assert.Equal(MqttVersion.V500, source.Link.Version);
        Assert.Null(source.Link.Tls);
    }

    [Theory]
    [InlineData("mqtt://h", "mqtt://h:1883")]
    [InlineData("mqtts://h", "mqtts://h:8883")]
    [InlineData("mqtts://h:1/", "mqtts://h:1")]
    [InlineData("mqtt://[::1]:2", "mqtt://[::1]:2")]
    public void A_url_names_host_and_port(string url, string target) => Assert.Equal(
        target, ConfigText.Parse($"sources: [{{name: s, mqtt: {{url: '{url}'}}}}]").Sources[0].Link.Target);

    [Theory]
    [InlineData("http://h")]
    [InlineData("broker:1883")]
    [InlineData("mqtt://h/path")]
    [InlineData("mqtt://")]
    public void Another_url_is_refused_with_its_place(string url)
    {
        var error = ConfigText.Error($"sources:\n  - name: s\n    mqtt:\n      url: '{url}'\n");
        Assert.Contains("test.yaml:4:", error, StringComparison.Ordinal);
        Assert.Contains("mqtt://host:1883", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_a_url_is_refused_and_not_repeated()
    {
        var error = ConfigText.Error("sources: [{name: s, mqtt: {url: 'mqtt://user:hidden@h'}}]");
        Assert.DoesNotContain("hidden", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{name: s}", "needs one of 'mqtt'")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', password: a, passwordFile: b}}", "twice")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', tls: {serverName: x}}}", "mqtts://")]
    [InlineData("{name: s, mqtt: {url: 'mqtts://h', tls: {certificate: x}}}", "belong together")]
    [InlineData("{name: s, mqtt: {url: 'mqtts://h', tls: {authorities: /nowhere/ca.pem}}}", "/nowhere/ca.pem")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', passwordFile: /nowhere/password}}", "/nowhere/password")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', subscriptions: [{filter: 'a/#/b'}]}}", "topic filter")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', subscriptions: [{filter: '$share/a'}]}}", "topic filter")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h', subscriptions: [{filter: a}, {filter: a}]}}", "stands twice")]
    [InlineData("{name: s, mqtt: {url: 'mqtt://h'}}, {name: s, mqtt: {url: 'mqtt://h'}}", "stands twice")]
    [InlineData(
        "{name: a, mqtt: {url: 'mqtt://h', clientId: x}}, {name: b, mqtt: {url: 'mqtt://h', clientId: x}}", "clientId")]
    public void What_contradicts_itself_is_refused(string sources, string expected)
    {
        var errors = ConfigText.Errors($"sources: [{sources}]");
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_and_a_delivery_that_would_end_each_other_s_connection_are_refused()
    {
        var errors = ConfigText.Errors(OfOneName("url: 'mqtt://h'"));
        Assert.Contains(errors, error => error.Contains(
            "the source 'site' and the delivery 'site' have the same 'clientId'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("url: 'mqtt://h', clientId: mine")]
    [InlineData("url: 'mqtt://h:1884'")]
    public void A_source_and_a_delivery_of_one_name_may_have_two_client_ids_or_two_servers(string delivery) =>
        Assert.Single(ConfigText.Parse(OfOneName(delivery)).Deliveries);

    private static string OfOneName(string delivery) =>
        "sources: [{name: site, mqtt: {url: 'mqtt://h', subscriptions: [{filter: a}]}}]\n"
            + $"deliveries: [{{name: site, mqtt: {{{delivery}, topic: x}}}}]\n";

    [Fact]
    public void Sources_that_say_the_same_are_equal_so_that_a_reload_leaves_them_alone()
    {
        const string Text = "sources: [{name: s, mqtt: {url: 'mqtt://h', password: p, subscriptions: [{filter: a}]}}]";
        Assert.Equal(ConfigText.Parse(Text).Sources, ConfigText.Parse(Text).Sources);
        Assert.NotEqual(
            ConfigText.Parse(Text).Sources, ConfigText.Parse(Text.Replace("filter: a", "filter: b")).Sources);
        Assert.NotEqual(
            ConfigText.Parse(Text).Sources, ConfigText.Parse(Text.Replace("password: p", "password: q")).Sources);
        var hidden = ConfigText.Parse(Text.Replace("password: p", "password: hidden")).Sources[0];
        Assert.DoesNotContain("hidden", $"{hidden}");
    }

    [Fact]
    public void A_delivery_by_messages_has_small_batches_unless_it_says_otherwise()
    {
        const string Text = "deliveries: [{name: up, mqtt: {url: 'mqtt://h'}}]";
        var delivery = Assert.Single(ConfigText.Parse(Text).Deliveries);
        var destination = Assert.IsType<MqttDestinationOptions>(delivery.Destination);
        Assert.Equal((64L << 10, 1, CompressionKind.None),
            (delivery.BufferBytes, delivery.BufferSeconds, delivery.Compression));
        Assert.Equal("mqtt://h:1883/{stream}/{key}", destination.Target);
        Assert.Equal(ConfigText.Parse(Text).Deliveries, ConfigText.Parse(Text).Deliveries);
        delivery = ConfigText.Parse(
            "deliveries: [{name: up, bufferTime: 9s, bufferSize: 1MiB, mqtt: {url: 'mqtt://h'}}]").Deliveries[0];
        Assert.Equal((1L << 20, 9), (delivery.BufferBytes, delivery.BufferSeconds));
    }

    [Theory]
    [InlineData("{url: 'mqtt://h', topic: 'a/+'}", "topic")]
    [InlineData("{url: 'mqtt://h', topic: 'a/{device}'}", "{key}")]
    [InlineData("{url: 'mqtt://h', qos: 3}", "qos")]
    public void A_delivery_that_can_not_publish_is_refused(string mqtt, string expected) =>
        Assert.Contains(expected, ConfigText.Error($"deliveries: [{{name: up, mqtt: {mqtt}}}]"));

    [Fact]
    public void A_delivery_has_one_destination() => Assert.Contains(
        "exactly one of 'folder', 's3', 'mqtt'",
        ConfigText.Error("deliveries: [{name: up, folder: {path: a}, mqtt: {url: 'mqtt://h'}}]"));

    [Theory]
    [InlineData("#", "mqtt://h", true)]
    [InlineData("readings/+", "mqtt://h", true)]
    [InlineData("site/#", "mqtt://h", false)]
    [InlineData("#", "mqtt://other", false)]
    public void Records_that_would_come_back_are_warned_of(string filter, string url, bool isLoop)
    {
        var config = ConfigText.Parse(
            $"sources: [{{name: s, mqtt: {{url: '{url}', subscriptions: [{{filter: '{filter}'}}]}}}}]\n"
            + "deliveries: [{name: up, mqtt: {url: 'mqtt://h'}}]\n");
        Assert.Equal(isLoop, config.Warnings.Any(warning => warning.Contains("round for ever")));
    }
}
