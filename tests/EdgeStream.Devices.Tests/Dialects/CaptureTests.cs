using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests;

/// <summary>Messages byte for byte as public documentation shows them; each file names its sources.</summary>
public class CaptureTests
{
    [Theory]
    [InlineData("tasmota")]
    [InlineData("zigbee2mqtt")]
    [InlineData("shelly")]
    [InlineData("homeassistant")]
    [InlineData("senml")]
    [InlineData("sparkplug")]
    public void A_published_message_is_read_as_it_is_meant(string dialect)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(RepositoryFolder.Combine("tests", "data", "dialects", dialect + ".json")));
        var reader = DialectUnderTest.Of(dialect);
        Assert.All(document.RootElement.EnumerateArray(), capture =>
        {
            Assert.StartsWith("https://", capture.GetProperty("source").GetString());
            Assert.Equal(
                capture.GetProperty("records").EnumerateArray().Select(record => record.GetString()),
                reader.Read(capture.GetProperty("topic").GetString()!, PayloadOf(capture)));
        });
    }

    private static byte[] PayloadOf(JsonElement capture) => capture.TryGetProperty("payloadHex", out var hex)
        ? Convert.FromHexString(hex.GetString()!)
        : System.Text.Encoding.UTF8.GetBytes(capture.GetProperty("payload").GetString()!);
}
