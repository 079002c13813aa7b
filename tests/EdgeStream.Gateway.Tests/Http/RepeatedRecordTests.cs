using System.Text;
using System.Text.Json;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>Records that come a second time, by every way into a stream that recognises them.</summary>
public sealed class RepeatedRecordTests
{
    private const string Config = GatewayUnderTest.Quiet
        + "streams: [{name: readings, deduplication: true}]\nkinesis: {enabled: true, port: 0}\n";

    private const string Id = "edgestream-producer-id";
    private const string Sequence = "edgestream-producer-sequence";
    private const string Epoch = "edgestream-producer-epoch";

    [Fact]
    public async Task A_record_that_is_posted_again_is_told_as_a_duplicate_with_its_place()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        const string Two = """
            {"records":[{"key":"k","data":1,"producer":"pump","producerSequence":18446744073709551613},
            {"key":"k","data":2,"producer":"pump","producerSequence":"18446744073709551614","producerEpoch":0}]}
            """;
        Assert.False(Places((await gateway.PostAsync("readings", Two)).Body)[1].TryGetProperty("duplicate", out _));
        var again = Places((await gateway.PostAsync("readings", Two)).Body);
        Assert.All(again, static place => Assert.True(place.GetProperty("duplicate").GetBoolean()));
        Assert.Equal(2, again[1].GetProperty("sequence").GetInt64());

        var reset = """{"key":"k","data":3,"producer":"pump","producerSequence":0,"producerEpoch":1}""";
        Assert.False(Places((await gateway.PostAsync("readings", reset)).Body)[0].TryGetProperty("duplicate", out _));
        Assert.Equal(3, (await RecordsAsync(gateway)).Count);
        var stream = (await gateway.GetAsync("/api/streams")).GetProperty("streams").EnumerateArray()
            .Single(static stream => stream.GetProperty("name").GetString() == "readings");
        Assert.Equal(2, stream.GetProperty("duplicateRecords").GetInt64());
        Assert.Contains(
            "\nedgestream_stream_duplicates_total{stream=\"readings\"} 2\n",
            await gateway.Client.GetStringAsync("/metrics"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bytes_of_a_record_are_recognised_by_the_query()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        const string Path = "/api/streams/readings/records/k?producer=pump&producerSequence=7&producerEpoch=2";
        var first = Places((await gateway.SendAsync(HttpMethod.Put, Path, "1")).Body)[0];
        var again = Places((await gateway.SendAsync(HttpMethod.Put, Path, "1")).Body)[0];
        Assert.False(first.TryGetProperty("duplicate", out _));
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Single(await RecordsAsync(gateway));
    }

    [Theory]
    [InlineData("\"producer\":\"pump\"", "producerSequence")]
    [InlineData("\"producerSequence\":1", "producer")]
    [InlineData("\"producer\":\"pump\",\"producerSequence\":-1", "producerSequence")]
    [InlineData("\"producer\":\"pump\",\"producerSequence\":18446744073709551615", "producerSequence")]
    [InlineData("\"producer\":\"pump\",\"producerSequence\":18446744073709551616", "producerSequence")]
    [InlineData("\"producer\":\"\uFFFD\",\"producerSequence\":1", "producer")]
    [InlineData("\"producer\":\"pump\",\"producerSequence\":1,\"producerEpoch\":1.5", "producerEpoch")]
    [InlineData("\"producer\":{},\"producerSequence\":1", "producer")]
    [InlineData("\"producer\":\"12345678901234567890123456789012345678901234567890123456789012345\","
        + "\"producerSequence\":1", "producer")]
    public async Task A_producer_that_is_none_is_refused_with_the_members_name(string members, string named)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        var (status, body) = await gateway.PostAsync("readings", $$"""{"key":"k","data":1,{{members}}}""");
        Assert.Equal(400, status);
        var text = body.GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal);
        Assert.Contains($"'{named}'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_published_again_is_acknowledged_and_not_stored_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        await using var client = await MqttClient.ConnectAsync(
            "127.0.0.1", gateway.Host.MqttEndpoint.Port, new() { ClientId = "pump" });
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Sequence, "1")));
            Assert.Equal(
                MqttReasonCode.Success, await PublishAsync(client, (Id, "other"), (Sequence, "1"), (Epoch, "9")));
        }

        Assert.Equal(2, (await RecordsAsync(gateway)).Count);
    }

    [Theory]
    [InlineData("pump", "valve")]
    [InlineData(
        "a client with a name that is longer than what a stream keeps of one, pump",
        "a client with a name that is longer than what a stream keeps of one, valve")]
    public async Task What_one_client_says_of_a_producer_changes_nothing_for_another(string one, string other)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        foreach (var clientId in (string[])[one, other])
        {
            await using var client = await MqttClient.ConnectAsync(
                "127.0.0.1", gateway.Host.MqttEndpoint.Port, new() { ClientId = clientId });
            for (var time = 0; time < 2; time++)
            {
                Assert.Equal(
                    MqttReasonCode.Success, await PublishAsync(client, (Id, "pump"), (Sequence, "1"), (Epoch, "9")));
            }
        }

        var posted = """{"key":"k","data":3,"producer":"pump","producerSequence":0}""";
        Assert.Equal(200, (await gateway.PostAsync("readings", posted)).Status);
        Assert.Equal(3, (await RecordsAsync(gateway)).Count);
    }

    [Fact]
    public async Task A_message_whose_number_is_none_or_too_old_is_a_dead_letter_with_the_reason()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        await using var client = await MqttClient.ConnectAsync(
            "127.0.0.1", gateway.Host.MqttEndpoint.Port, new() { ClientId = "pump" });
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Sequence, "2000")));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Sequence, "one")));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Sequence, "976")));
        Assert.Single(await RecordsAsync(gateway));
        var reasons = (await RecordsAsync(gateway, "dead-letter")).ConvertAll(
            static record => record.GetProperty("data").GetProperty("reason").GetString());
        Assert.Equal(2, reasons.Count);
        Assert.Contains("edgestream-producer-sequence must be a number", reasons[0], StringComparison.Ordinal);
        Assert.Contains("can't tell whether it has the message", reasons[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_stored_whatever_it_says_where_no_number_counts()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(GatewayUnderTest.Quiet);
        await using var client = await MqttClient.ConnectAsync(
            "127.0.0.1", gateway.Host.MqttEndpoint.Port, new() { ClientId = new string('c', 100) });
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Sequence, "one")));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, (Id, "other"), (Epoch, "x")));
        Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, ("producer-id", new string('i', 100))));
        Assert.Equal(3, (await RecordsAsync(gateway)).Count);
    }

    [Fact]
    public async Task A_record_below_the_window_is_refused_by_itself()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        const string Old = """{"key":"k","data":1,"producer":"pump","producerSequence":976}""";
        const string Two = $$"""{"records":[{"key":"k","data":1,"producer":"pump","producerSequence":2000},{{Old}}]}""";
        var (status, body) = await gateway.PostAsync("readings", Two);
        Assert.Equal(207, status);
        Assert.Equal(1, body.GetProperty("failed").GetInt32());
        Assert.Equal(
            "producer_sequence_too_old", Places(body)[1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(409, (await gateway.PostAsync("readings", Old)).Status);
        Assert.Single(await RecordsAsync(gateway));

        const string One = """{"StreamName":"readings","PartitionKey":"b","Data":"Mw=="}""";
        await CallAsync(gateway, "PutRecord", One, "2000");
        var refused = await CallAsync(gateway, "PutRecord", One, "976");
        Assert.Contains("InvalidArgumentException", refused.GetRawText(), StringComparison.Ordinal);
        const string Several = """{"StreamName":"readings","Records":[{"PartitionKey":"b","Data":"Mw=="}]}""";
        var several = await CallAsync(gateway, "PutRecords", Several, "976");
        Assert.Equal(1, several.GetProperty("FailedRecordCount").GetInt32());
        Assert.Equal(
            "InvalidArgumentException", several.GetProperty("Records")[0].GetProperty("ErrorCode").GetString());
        var last = await CallAsync(gateway, "PutRecord", One, "18446744073709551614");
        Assert.True(last.TryGetProperty("SequenceNumber", out _));
    }

    [Fact]
    public async Task The_records_of_a_kinesis_request_that_is_sent_again_have_their_numbers_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        const string Three = """
            {"StreamName":"readings","Records":[{"PartitionKey":"a","Data":"MQ=="},{"PartitionKey":"a","Data":"Mg=="},
            {"PartitionKey":"b","Data":"Mw=="}]}
            """;
        var first = await CallAsync(gateway, "PutRecords", Three, "10");
        Assert.Equal(0, first.GetProperty("FailedRecordCount").GetInt32());
        var again = await CallAsync(gateway, "PutRecords", Three, "10");
        Assert.Equal(0, again.GetProperty("FailedRecordCount").GetInt32());
        Assert.Equal(
            first.GetProperty("Records")[2].GetRawText(), again.GetProperty("Records")[2].GetRawText());
        const string One = """{"StreamName":"readings","PartitionKey":"b","Data":"Mw=="}""";
        await CallAsync(gateway, "PutRecord", One, "12");
        await CallAsync(gateway, "PutRecord", One, "13");
        Assert.Equal(4, (await RecordsAsync(gateway)).Count);
        var refused = await CallAsync(gateway, "PutRecord", One, "x");
        Assert.Contains("x-edgestream-producer-sequence", refused.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("InvalidArgumentException", refused.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<MqttReasonCode> PublishAsync(
        MqttClient client, params (string Name, string Value)[] properties) =>
        await client.PublishAsync(new MqttMessage
        {
            Topic = "house/pump",
            Payload = """{"t":1}"""u8.ToArray(),
            Qos = MqttQos.AtLeastOnce,
            UserProperties = [.. properties.Select(static pair => new MqttUserProperty(pair.Name, pair.Value))],
        });

    private static async Task<JsonElement> CallAsync(
        GatewayUnderTest gateway, string action, string json, string sequence)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Host.Parts.Kinesis!.Url);
        request.Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "Kinesis_20131202." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation("x-edgestream-producer-id", "loader");
        request.Headers.TryAddWithoutValidation("x-edgestream-producer-sequence", sequence);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=x/20260101/r/kinesis/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await gateway.Client.SendAsync(request);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    private static List<JsonElement> Places(JsonElement body) => [.. body.GetProperty("records").EnumerateArray()];

    private static async Task<List<JsonElement>> RecordsAsync(GatewayUnderTest gateway, string stream = "readings") =>
        [.. (await gateway.GetAsync($"/api/streams/{stream}/records")).GetProperty("records").EnumerateArray()];
}
