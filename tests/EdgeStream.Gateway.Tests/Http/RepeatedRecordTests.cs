using System.Text;
using System.Text.Json;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Tests.Http;

/// <summary>Records that come a second time, by every way into a stream that recognises them.</summary>
public sealed class RepeatedRecordTests
{
    private const string Config = GatewayUnderTest.Quiet
        + "streams: [{name: readings, deduplication: true}]\nkinesis: {enabled: true, port: 0}\n";

    [Fact]
    public async Task A_record_that_is_posted_again_is_told_as_a_duplicate_with_its_place()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        const string Two = """
            {"records":[{"key":"k","data":1,"producer":"pump","producerSequence":18446744073709551614},
            {"key":"k","data":2,"producer":"pump","producerSequence":"18446744073709551615","producerEpoch":0}]}
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
    [InlineData("\"producer\":\"pump\",\"producerSequence\":18446744073709551616", "producerSequence")]
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
            Assert.Equal(MqttReasonCode.Success, await PublishAsync(client, ("producer-sequence", "1")));
            Assert.Equal(
                MqttReasonCode.Success,
                await PublishAsync(
                    client, ("producer-id", "other"), ("producer-sequence", "1"), ("producer-epoch", "9")));
        }

        Assert.Equal(2, (await RecordsAsync(gateway)).Count);
        Assert.Equal(
            MqttReasonCode.PayloadFormatInvalid, await PublishAsync(client, ("producer-sequence", "one")));
        Assert.Equal(MqttReasonCode.PayloadFormatInvalid, await PublishAsync(client, ("producer-id", "other")));
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

    private static async Task<List<JsonElement>> RecordsAsync(GatewayUnderTest gateway) =>
        [.. (await gateway.GetAsync("/api/streams/readings/records")).GetProperty("records").EnumerateArray()];
}
