using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Tests.Config;

/// <summary>Destinations that take records by requests, as the configuration has them.</summary>
public sealed class ServerConfigTests
{
    [Theory]
    [InlineData("http: {url: 'ftp://h'}", "'url' cannot be 'ftp://h'")]
    [InlineData("http: {url: 'http://u:p@h/'}", "'url' cannot be '…@h/'")]
    [InlineData("http: {url: 'http://h', tls: {}}", "'tls' needs a 'url' that begins with https://")]
    [InlineData("http: {url: 'http://h', token: a, tokenFile: b}", "the token stands twice")]
    [InlineData("http: {url: 'http://h', username: a}", "'password' and the user name belong together")]
    [InlineData("http: {url: 'http://h', username: a, password: b, token: c}", "'token' stands beside a user name")]
    [InlineData("http: {url: 'http://h', headers: [{name: a}]}", "'headers' needs 'value' or 'valueFile'")]
    [InlineData("http: {url: 'http://h', headers: [{name: Host, value: a}]}", "'headers' has 'Host'")]
    [InlineData("http: {url: 'http://h', body: json-lines, accessKey: a}", "'accessKey' and its companions")]
    [InlineData("http: {url: 'http://h'}, format: raw", "'format' must be json-lines for 'http'")]
    [InlineData("http: {url: 'http://h'}, errorPrefix: a", "what 'http' refuses goes to 'errorStream' alone")]
    [InlineData("http: {url: 'http://h'}, folder: {}", "needs exactly one of 'folder', 's3', 'mqtt', 'http'")]
    [InlineData("kinesis: {streamName: 'a b'}", "'streamName' 'a b' is not a stream")]
    [InlineData("kinesis: {streamName: a, explicitHashKey: '340282366920938463463374607431768211456'}",
        "'explicitHashKey' '340282366920938463463374607431768211456' is not a number")]
    [InlineData("kinesis: {streamName: a, accessKey: b}", "'secretKey' must be given exactly if")]
    [InlineData("firehose: {streamName: a, endpoint: 'nowhere'}", "'endpoint' is not a URL")]
    [InlineData("firehose: {streamName: a, endpoint: 'http://h', tls: {}}", "'tls' needs an 'endpoint' that")]
    [InlineData("nats: {url: 'http://h'}", "'url' is not one to 16 servers")]
    [InlineData("nats: {url: 'nats://h', subject: 'a b'}", "'subject' 'a b' is no subject")]
    [InlineData("influxdb: {url: 'http://h'}", "'database' and the bucket")]
    [InlineData("influxdb: {url: 'http://h', bucket: a}", "'organization' is missing")]
    [InlineData("elasticsearch: {url: 'http://h', index: Readings}", "'index' 'Readings' is no index")]
    [InlineData("splunk: {url: 'http://h'}", "'token' is missing")]
    [InlineData("prometheus: {url: 'http://h', queryUrl: 'h'}", "'queryUrl' is not a URL")]
    [InlineData("prometheus: {url: 'http://h', metricPrefix: 'a-'}", "'metricPrefix' 'a-' begins no metric")]
    [InlineData("prometheus: {url: 'http://h', metrics: [{name: 1a, path: b}]}", "'metrics' has '1a', which is no")]
    [InlineData("prometheus: {url: 'http://h', labels: [{name: a}]}", "the label 'a' needs 'path' or 'value'")]
    [InlineData("prometheus: {url: 'http://h', labels: [{name: __a, value: b}]}", "'labels' has '__a', which is no")]
    [InlineData("prometheus: {url: 'http://h', labels: [{name: a, path: b}, {name: a, value: c}]}", "'a' twice")]
    [InlineData("postgresql: {url: 'http://h/d', username: u, table: t, columns: [{name: a}]}", "'url' is not a data")]
    [InlineData("postgresql: {url: 'postgresql://h/d', username: u, table: a.b.c, columns: [{name: a}]}",
        "'table' 'a.b.c' is no table")]
    [InlineData("postgresql: {url: 'postgresql://h/d', username: u, table: t}", "'columns' are 0")]
    [InlineData("postgresql: {url: 'postgresql://h/d', username: u, table: t, encrypted: false, tls: {}}",
        "'tls' stands beside a connection that is not encrypted")]
    public void What_is_wrong_is_named(string destination, string problem)
    {
        var refused = Assert.Throws<ConfigException>(
            () => ConfigText.Parse($"deliveries: [{{name: d, {destination}}}]"));
        Assert.Contains(refused.Errors, error => error.ToString().Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_readings_of_one_file_are_equal_so_that_a_reload_leaves_deliveries_alone()
    {
        const string Text = """
            deliveries:
              - name: a
                http:
                  url: https://h/
                  headers: [{name: X-A, value: b}]
                  commonAttributes: [{name: c, value: d}]
                  tls: {}
              - name: b
                influxdb: {url: 'http://h', database: d, tags: [{name: a, path: b}], fields: [{name: c, path: d.e}]}
              - name: c
                prometheus: {url: 'http://h', labels: [{name: a, path: b}, {name: c, value: d}]}
              - name: d
                postgresql: {url: 'postgresql://h/d', username: u, table: t, columns: [{name: a, path: b}], tls: {}}
            """;
        Assert.Equal(ConfigText.Parse(Text).Deliveries, ConfigText.Parse(Text).Deliveries);
        Assert.NotEqual(
            ConfigText.Parse(Text).Deliveries, ConfigText.Parse(Text.Replace("d.e", "d.f")).Deliveries);
    }

    [Fact]
    public void Secrets_stand_in_no_text_of_a_definition()
    {
        var deliveries = ConfigText.Parse("""
            deliveries:
              - name: a
                http:
                  url: http://h/
                  token: top-secret
                  accessKey: top-secret
                  headers: [{name: A, value: top-secret}]
              - name: b
                kinesis: {streamName: s, accessKey: id, secretKey: top-secret}
              - name: c
                firehose: {streamName: s, accessKey: id, secretKey: top-secret}
              - name: d
                nats: {url: 'nats://h', username: u, password: top-secret}
              - name: e
                influxdb: {url: 'http://h', database: s, username: u, password: top-secret}
              - name: f
                elasticsearch: {url: 'http://h', apiKey: top-secret}
              - name: g
                splunk: {url: 'http://h', token: top-secret}
              - name: h
                prometheus: {url: 'http://h/api/v1/write', username: u, password: top-secret}
              - name: i
                postgresql: {url: 'postgresql://h/d', username: u, password: top-secret, table: t, columns: [{name: a}]}
            """).Deliveries;
        Assert.Equal(9, deliveries.Count);
        Assert.All(deliveries, delivery => Assert.DoesNotContain("top-secret", delivery.ToString()));
        Assert.All(deliveries, delivery => Assert.Equal(CompressionKind.None, delivery.Compression));
        Assert.Equal(1, deliveries[3].BufferSeconds);
        Assert.Equal(60, deliveries[0].BufferSeconds);
    }
}
