using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Sends and expects bytes on a stream that a layer gives (TLS, WebSocket, a Unix socket).</summary>
internal static class StreamClient
{
    internal static async Task SendAsync(Stream stream, string packet) => await stream.WriteAsync(Hex.Bytes(packet));

    /// <summary>The next bytes are exactly these.</summary>
    internal static async Task ExpectAsync(Stream stream, string packet)
    {
        byte[] expected = Hex.Bytes(packet);
        byte[] actual = new byte[expected.Length];
        using var timeout = new CancellationTokenSource(Poll.DefaultDeadline);
        int count = await stream.ReadAtLeastAsync(
            actual, actual.Length, throwOnEndOfStream: false, timeout.Token);
        Assert.Equal(Hex.Of(expected), Hex.Of(actual.AsSpan(0, count)));
    }

    /// <summary>Connects, publishes at QoS 1 and gets its acknowledgement.</summary>
    internal static async Task PublishAsync(Stream stream, string clientId)
    {
        await SendAsync(stream, RawClient.Connect311(clientId));
        await ExpectAsync(stream, RawClient.ConnackV311);
        await SendAsync(stream, RawClient.Publish("a", "x", 1, 7));
        await ExpectAsync(stream, "40 02 0007");
    }
}
