using System.Text;

namespace EdgeStream.Gateway.Tests.Doors;

public sealed class KinesisDoorTests
{
    private const string Open = GatewayUnderTest.Quiet + "kinesis: {enabled: true, port: 0}\n";
    private const string Keys = GatewayUnderTest.Quiet
        + "kinesis: {enabled: true, port: 0, credentials: [{accessKeyId: a, secretAccessKey: s}]}\n";

    [Fact]
    public async Task The_api_serves_the_gateways_streams_and_keeps_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Open);
        Assert.Contains("\"readings\"", await CallAsync(gateway, "ListStreams", "{}"), StringComparison.Ordinal);
        Assert.Contains(
            "ResourceInUseException",
            await CallAsync(gateway, "DeleteStream", """{"StreamName":"alerts"}"""),
            StringComparison.Ordinal);
        await CallAsync(gateway, "PutRecord", """{"StreamName":"readings","PartitionKey":"k","Data":"e30="}""");
        var records = await gateway.GetAsync("/api/streams/readings/records");
        Assert.Contains("\"k\"", records.GetRawText(), StringComparison.Ordinal);
        var metrics = await gateway.Client.GetStringAsync("/metrics");
        Assert.Contains("edgestream_kinesis_put_records_total 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_a_reload_has_made_is_kept_too()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Open);
        await CallAsync(gateway, "CreateStream", """{"StreamName":"free","ShardCount":1}""");
        await gateway.ReloadAsync(Open + "streams: [{name: readings}, {name: late}]\n");
        Assert.Contains(
            "ResourceInUseException",
            await CallAsync(gateway, "DeleteStream", """{"StreamName":"late"}"""),
            StringComparison.Ordinal);
        Assert.Equal("", await CallAsync(gateway, "DeleteStream", """{"StreamName":"free"}"""));
    }

    [Fact]
    public async Task Keys_change_with_a_reload_and_the_port_stays()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Open);
        await gateway.ReloadAsync(Keys);
        Assert.Contains(
            "UnrecognizedClientException", await CallAsync(gateway, "ListStreams", "{}"), StringComparison.Ordinal);
        Assert.Contains("Kinesis keys", gateway.Log, StringComparison.Ordinal);
        await gateway.ReloadAsync(Open);
        Assert.Contains("StreamNames", await CallAsync(gateway, "ListStreams", "{}"), StringComparison.Ordinal);
        await gateway.ReloadAsync(Open.Replace("port: 0", "port: 1", StringComparison.Ordinal));
        Assert.Contains("'kinesis' (all but its credentials)", gateway.Log, StringComparison.Ordinal);
        Assert.Contains("StreamNames", await CallAsync(gateway, "ListStreams", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_listens_unless_it_is_enabled()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Null(gateway.Host.Parts.Kinesis);
    }

    private static async Task<string> CallAsync(GatewayUnderTest gateway, string action, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Host.Parts.Kinesis!.Url);
        request.Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "Kinesis_20131202." + action);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=x/20260101/r/kinesis/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await gateway.Client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
