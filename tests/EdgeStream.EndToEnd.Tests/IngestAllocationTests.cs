using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>What a message costs in memory that has to be collected, from the socket to the log and back, by the
/// gateway's own counter.</summary>
[Collection(WholeMachine.Name)]
public sealed class IngestAllocationTests(ITestOutputHelper output)
{
    private const int MessagesPerBatch = 1000;
    private const int WarmUpBatches = 30;
    private const int Batches = 200;

    /// <summary>Something that is made once, such as a buffer that grows, falls into one of them; what each message
    /// costs is in all.</summary>
    private const int Rounds = 3;

    /// <summary>Commits, ticks and the counter's own page allocate; the smallest object for each message would be
    /// 24 bytes.</summary>
    private const double BytesPerMessageMax = 8;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_message_on_its_way_from_the_socket_to_the_log_allocates_nothing(int qos)
    {
        await using var world = await GatewayWorld.StartAsync("allocation");
        using var socket = await ConnectAsync(world.Launch.MqttPort);
        await SendAsync(world, socket, qos, WarmUpBatches);
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = await AllocatedBytesAsync(world);
            await SendAsync(world, socket, qos, Batches);
            var perMessage = (await AllocatedBytesAsync(world) - before) / (Batches * (double)MessagesPerBatch);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{perMessage:F2} bytes a message"));
            least = Math.Min(least, perMessage);
        }

        Assert.True(least < BytesPerMessageMax, $"{least:F2} bytes a message");
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await socket.SendAsync((byte[])[0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'a']);
        await ReadAsync(socket, 4);
        return socket;
    }

    /// <summary>Sends batches; a ping's answer, or the last acknowledgement, tells that a batch was taken.</summary>
    private static async Task SendAsync(GatewayWorld world, Socket socket, int qos, int batches)
    {
        byte[] message = qos == 0
            ? [0x30, 12, 0, 5, .. "s/abc"u8, .. "21.25"u8]
            : [0x32, 14, 0, 5, .. "s/abc"u8, 0, 1, .. "21.25"u8];
        byte[] batch = [.. Enumerable.Repeat(message, MessagesPerBatch).SelectMany(bytes => bytes), 0xC0, 0];
        for (var i = 0; i < batches; i++)
        {
            await socket.SendAsync(batch);
            await ReadAsync(socket, 2 + (qos * 4 * MessagesPerBatch));
        }
    }

    private static async Task ReadAsync(Socket socket, int count)
    {
        var answer = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(answer.AsMemory(read));
            Assert.True(more > 0, "the gateway closed the connection");
            read += more;
        }
    }

    private static async Task<double> AllocatedBytesAsync(GatewayWorld world)
    {
        var text = await (await world.Api.GetAsync("/metrics")).Content.ReadAsStringAsync();
        var line = text.Split('\n').Single(
            line => line.StartsWith("edgestream_allocated_bytes_total ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
