using EdgeStream.Storage;

namespace EdgeStream.Kinesis.Tests.Firehose;

public sealed class DeliveryEncryptionTests
{
    private const string Named = """{"DeliveryStreamName":"d"}""";
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    [Fact]
    public async Task Encryption_is_switched_on_and_off_and_told()
    {
        Assert.True(EncryptionKey.TryMake("2026", Secret, out var key, out _));
        await using var firehose = await FirehoseUnderTest.StartAsync(new LogEncryption([key], key));
        await firehose.MakeAsync();
        await firehose.OkAsync("StartDeliveryStreamEncryption", Named);
        Assert.Equal("""{"KeyType":"AWS_OWNED_CMK","Status":"ENABLED"}""", await StatusAsync(firehose));
        var put = await firehose.OkAsync("PutRecord", """{"DeliveryStreamName":"d","Record":{"Data":""}}""");
        Assert.True(put.GetProperty("Encrypted").GetBoolean());
        await firehose.OkAsync(
            "StartDeliveryStreamEncryption",
            """
            {"DeliveryStreamName":"d","DeliveryStreamEncryptionConfigurationInput":
            {"KeyType":"CUSTOMER_MANAGED_CMK","KeyARN":"arn:k"}}
            """);
        Assert.Equal(
            """{"KeyARN":"arn:k","KeyType":"CUSTOMER_MANAGED_CMK","Status":"ENABLED"}""", await StatusAsync(firehose));
        await firehose.OkAsync("StopDeliveryStreamEncryption", Named);
        Assert.Equal("""{"Status":"DISABLED"}""", await StatusAsync(firehose));
    }

    [Fact]
    public async Task Encryption_without_a_key_is_refused()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.RefusedAsync("InvalidKMSResourceException", "StartDeliveryStreamEncryption", Named);
        await firehose.RefusedAsync(
            "InvalidKMSResourceException",
            "CreateDeliveryStream",
            FirehoseUnderTest.Create(
                more: ""","DeliveryStreamEncryptionConfigurationInput":{"KeyType":"AWS_OWNED_CMK"}""", name: "e"));
        await firehose.RefusedAsync(
            "InvalidArgumentException",
            "StartDeliveryStreamEncryption",
            """
            {"DeliveryStreamName":"d","DeliveryStreamEncryptionConfigurationInput":{"KeyType":"CUSTOMER_MANAGED_CMK"}}
            """);
    }

    private static async Task<string> StatusAsync(FirehoseUnderTest firehose) =>
        (await firehose.DescribeAsync()).GetProperty("DeliveryStreamEncryptionConfiguration").GetRawText();
}
