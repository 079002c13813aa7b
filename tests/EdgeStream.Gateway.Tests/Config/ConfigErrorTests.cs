namespace EdgeStream.Gateway.Tests.Config;

public sealed class ConfigErrorTests
{
    [Fact]
    public void An_unknown_key_is_told_with_its_place_and_the_key_that_was_meant()
    {
        var error = ConfigText.Error("http:\n  address: 127.0.0.1\n  prot: 80\n");
        Assert.StartsWith("test.yaml:3:3: unknown key 'prot' in 'http'; did you mean 'port'?", error);
        Assert.Contains("address, port", error);
    }

    [Fact]
    public void An_unknown_section_is_told_with_the_sections_there_are() => Assert.Equal(
        "test.yaml:1:1: unknown key 'kafka' in the file "
            + "(allowed: node, log, http, mqtt, kinesis, firehose, sensors, storage, streams, sources, routes, "
            + "devices, rules, alerting, queries, deliveries)",
        ConfigText.Error("kafka:\n  port: 1\n"));

    [Fact]
    public void All_errors_are_told_at_once_in_the_order_of_the_file()
    {
        var errors = ConfigText.Errors(
            "http:\n  port: eighty\nlog:\n  level: loud\nstreams:\n  - name: a b\n    shards: 65\nmqtt:\n  port: "
                + "70000\n");
        Assert.Equal(
            ["test.yaml:2:9", "test.yaml:4:10", "test.yaml:6:11", "test.yaml:7:13", "test.yaml:9:9"],
            errors.Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("http: {port: 65536}", "'port' cannot be '65536'; allowed: a whole number from 0 to 65535")]
    [InlineData("http: {address: example}", "'address' cannot be 'example'; allowed: an IP address")]
    [InlineData("node: {dataFolder: ''}", "'dataFolder' cannot be ''; allowed: the path of a folder")]
    [InlineData("http: {address: 1}", "'address' cannot be '1'; allowed: an IP address")]
    [InlineData("log: {level: infos}", "'level' cannot be 'infos'; did you mean 'info'? allowed: trace, debug, info")]
    [InlineData("mqtt: {packetSizeMax: 20MB}", "'packetSizeMax' cannot be '20MB'; allowed: 256 to ")]
    [InlineData("mqtt: {packetSizeMax: big}", "'packetSizeMax' cannot be 'big'; allowed: a number of bytes")]
    [InlineData("mqtt: {sessionExpiryMax: 7}", "'sessionExpiryMax' cannot be '7'; allowed: a number with ms, s, m, "
        + "h or d")]
    [InlineData("sensors: {board: {period: 1ms}}", "'period' cannot be '1ms'; allowed: 100ms to 1d")]
    [InlineData("sensors: {board: {enabled: yes}}", "'enabled' cannot be 'yes'; allowed: true, false")]
    [InlineData("sensors: {board: {device: a/b}}", "'device' cannot be 'a/b'; allowed: 1 to 128 letters")]
    [InlineData("streams: [{name: a, durability: sometimes}]", "'durability' cannot be 'sometimes'; allowed: fsync")]
    [InlineData("streams: [{name: a, retentionAge: 59s}]", "'retentionAge' cannot be '59s'; allowed: 1m to 365d")]
    [InlineData("streams: [{name: a, segmentSize: 2GiB}]", "'segmentSize' cannot be '2GiB'; allowed: 64KiB to 1GiB")]
    [InlineData("streams: [{shards: 2}]", "'streams' needs 'name': The stream's name")]
    [InlineData("streams: [{name: a}, {name: a}]", "the stream 'a' stands twice")]
    [InlineData("streams: {name: a}", "'streams' must be a list")]
    [InlineData("http: 8080", "'http' must be a mapping of keys; allowed: address, port")]
    [InlineData("http: {port: [1]}", "'port' must be a single value")]
    public void A_value_that_is_not_allowed_is_refused_with_what_is(string yaml, string message) =>
        Assert.Contains(message, ConfigText.Error(yaml));

    [Theory]
    [InlineData("routes: [{topic: 'a/#/b', stream: readings}]", "'#' must be the whole last level")]
    [InlineData("routes: [{topic: a, stream: redings}]", "there is no stream 'redings'; did you mean 'readings'?")]
    [InlineData("routes: [{topic: a, stream: readings, key: sometimes}]", "'sometimes' is no partition key; allowed "
        + "are topic")]
    [InlineData("routes: [{topic: a, stream: readings, time: now}]", "'now' is no event time")]
    [InlineData("routes: [{topic: a}]", "'routes' needs 'stream'")]
    [InlineData("rules: [{name: r, field: f}]", "needs either 'above' and 'below', one or both, or 'anomaly'")]
    [InlineData("rules: [{name: r, field: f, above: 1, anomaly: {}}]", "needs either 'above' and 'below'")]
    [InlineData("rules: [{name: r, field: f, anomaly: {method: default}, for: 1s}]", "leave 'for' out")]
    [InlineData("rules: [{name: r, field: f, above: 1, below: 2}]", "It must not be less than below:")]
    [InlineData("rules: [{name: r, field: f, above: 1, hysteresis: -1}]", "'hysteresis' cannot be '-1'")]
    [InlineData("rules: [{name: r, field: f, above: 1, stream: alerts}]", "A rule cannot watch the alerts stream")]
    [InlineData("rules: [{name: r, field: f, above: 1, where: 'a >'}]", "'where':")]
    [InlineData("rules: [{name: r, field: f, above: 1, message: '{who}'}]", "There is no {who}")]
    [InlineData("rules: [{name: r, field: f, anomaly: {window: 3}}]", "It must be 8 to 1,000,000 samples")]
    [InlineData("rules: [{name: r, field: f, anomaly: {window: soon}}]", "'window' cannot be 'soon'")]
    [InlineData("deliveries: [{name: d}]", "needs exactly one of 'folder', 's3', 'mqtt'")]
    [InlineData(
        "deliveries: [{name: d, folder: {}, s3: {bucket: b12}}]", "needs exactly one of 'folder', 's3', 'mqtt'")]
    [InlineData(
        "deliveries: [{name: x, stream: readings, errorStream: alerts, folder: {}}, "
        + "{name: y, stream: alerts, errorStream: readings, folder: {}}]",
        "what 'y' puts aside in 'readings' may come back to 'alerts'")]
    [InlineData("deliveries: [{name: d, folder: {}, prefix: /a}]", "'prefix' '/a' cannot start object names")]
    [InlineData("deliveries: [{name: d, folder: {}, delimiter: x}]", "'delimiter' is allowed for the raw format only")]
    [InlineData("deliveries: [{name: d, folder: {}, format: raw, delimiter: 12345}]", "with at most 4 bytes")]
    [InlineData("deliveries: [{name: d, format: raw, mqtt: {url: 'mqtt://h'}}]", "'format' must be json-lines for")]
    [InlineData("deliveries: [{name: d, format: parquet, mqtt: {url: 'mqtt://h'}}]", "'format' must be json-lines for")]
    [InlineData("deliveries: [{name: d, format: csv, folder: {}}]", "'columns' are missing: csv needs a list")]
    [InlineData("deliveries: [{name: d, columns: [{name: a}], folder: {}}]", "for the formats csv and parquet only")]
    [InlineData("deliveries: [{name: d, format: parquet, compression: zip, folder: {}}]", "zip is not for parquet")]
    [InlineData(
        "deliveries: [{name: d, format: parquet, columns: [{name: a}], folder: {}}]", "'columns' 'a' has no type")]
    [InlineData(
        "deliveries: [{name: d, format: parquet, columns: [{name: a, path: a..b, type: double}], folder: {}}]",
        "has 'a..b', which is no path")]
    [InlineData("firehose: {endpoint: nowhere}", "'endpoint' is not a URL")]
    [InlineData("firehose: {accessKey: a}", "'secretKey' must be given exactly if")]
    [InlineData("deliveries: [{name: d, s3: {}}]", "'s3' needs 'bucket'")]
    [InlineData("deliveries: [{name: d, s3: {bucket: b12, accessKey: a}}]", "'secretKey' must be given exactly if")]
    [InlineData("deliveries: [{name: d, s3: {bucket: b12, secretKeyFile: /no/file, accessKey: a, "
        + "secretKey: b}}]", "twice")]
    [InlineData("deliveries: [{name: d, s3: {bucket: b12, endpoint: nowhere}}]", "'endpoint' is not a URL")]
    public void What_only_shows_in_company_is_refused_too(string yaml, string message) =>
        Assert.Contains(ConfigText.Errors(yaml), error => error.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_members_error_has_the_place_of_its_value() => Assert.StartsWith(
        "test.yaml:5:12: ",
        ConfigText.Error("rules:\n  - name: r\n    field: f\n    above: 1\n    where: 'a >'\n"));

    [Theory]
    [InlineData("http:\n  port: [1\n")]
    [InlineData("deliveries:\n  - name: d\n    link: {breakerFailures: 3,\n bytesPerSecond: 1KB}\n")]
    public void A_broken_file_is_told_with_the_place_where_reading_ended(string yaml) =>
        Assert.Matches(@"^test\.yaml:\d+:\d+: this is not YAML: .+", ConfigText.Error(yaml));

    [Fact]
    public void A_key_that_stands_twice_is_refused() =>
        Assert.Contains("Duplicate key", ConfigText.Error("http:\n  port: 1\n  port: 2\n"));

    [Fact]
    public void An_environment_variable_that_is_not_set_is_told() => Assert.Contains(
        "the environment variable 'NOBODY' is not set", ConfigText.Error("node: {id: '${NOBODY}'}"));

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.StartsWith("test.yaml:3:1: a second document", ConfigText.Error("log: {level: info}\n---\nlog: {level: "
            + "info}\n"));
}
