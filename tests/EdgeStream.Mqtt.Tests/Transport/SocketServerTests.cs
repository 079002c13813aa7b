using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The broker's own sockets: what Kestrel does for it nowhere else.</summary>
public class SocketServerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(65536)]
    public async Task Messages_of_any_size_come_through_in_pieces_of_any_size(int pieceBytes)
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using Socket socket = await OpenAsync(new IPEndPoint(IPAddress.Loopback, host.Port));
        int[] sizes = pieceBytes == 1 ? [0, 5000] : [0, 1, 4090, 4096, 70_000, 3, 200_000, 65_530];
        var sent = new List<byte>(Hex.Bytes(RawClient.Connect311("c")));
        foreach (int size in sizes)
        {
            sent.AddRange(Publish("t", size));
        }

        sent.AddRange([0xC0, 0]);
        byte[] bytes = [.. sent];
        for (int at = 0; at < bytes.Length; at += pieceBytes)
        {
            await socket.SendAsync(bytes.AsMemory(at, Math.Min(pieceBytes, bytes.Length - at)));
        }

        Assert.Equal("20020000D000", await ReadAsync(socket, 6));
        Assert.Equal(sizes.Select(size => "t " + new string('x', size)), handler.Received);
    }

    [Fact]
    public async Task A_client_that_sends_and_ends_its_side_at_once_loses_nothing()
    {
        var handler = new RecordingHandler();
        await using BrokerHost host = await BrokerHost.StartAsync(handler);
        using Socket socket = await OpenAsync(new IPEndPoint(IPAddress.Loopback, host.Port));
        await socket.SendAsync(Hex.Bytes(
            RawClient.Connect311("c") + RawClient.Publish("t", "0") + RawClient.Publish("t", "1", 1, 1) + "E000"));
        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("2002000040020001", await ReadAsync(socket, 8));
        Assert.Equal("", await ReadAsync(socket, 1));
        Assert.Equal(["t 0", "t 1"], handler.Received);
    }

    [Fact]
    public async Task A_subscriber_that_reads_slowly_gets_every_byte()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient slow = await Wire.SubscribedAsync(host, 4, "t", 1);
        using RawClient sender = await host.Connect311Async("sender");
        const int Count = 40;
        string payload = new('y', 10_000);
        for (int id = 1; id <= Count; id++)
        {
            await sender.SendAsync(RawClient.Publish("t", payload, 1, id));
            await sender.ExpectAsync($"4002{id:X4}");
        }

        for (int id = 1; id <= Count; id++)
        {
            await slow.ExpectAsync(RawClient.Publish("t", payload, 1, id));
            await slow.SendAsync($"4002{id:X4}");
        }
    }

    [Fact]
    public async Task The_address_that_stands_for_all_takes_both_families()
    {
        await using MqttSocketServer server = Start(new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)server.EndPoint).Port;
        foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using Socket socket = await OpenAsync(new IPEndPoint(address, port));
            await socket.SendAsync(Hex.Bytes(RawClient.Connect311("c" + address.AddressFamily)));
            Assert.Equal("20020000", await ReadAsync(socket, 4));
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error()
    {
        await using MqttSocketServer server = Start(new IPEndPoint(IPAddress.Loopback, 0));
        var error = Assert.Throws<SocketException>(() => Start(server.EndPoint));
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_unix_socket_is_gone_when_its_server_has_ended()
    {
        using var folder = new TemporaryFolder("sockets");
        string path = folder.Combine("mqtt.sock");
        await using (MqttSocketServer server = Start(new UnixDomainSocketEndPoint(path)))
        {
            using Socket socket = await OpenAsync(new UnixDomainSocketEndPoint(path));
            await socket.SendAsync(Hex.Bytes(RawClient.Connect311("c")));
            Assert.Equal("20020000", await ReadAsync(socket, 4));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_connection_that_the_broker_leaves_open_is_ended_with_its_server()
    {
        MqttSocketServer server = Start(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket socket = await OpenAsync(server.EndPoint);
        await socket.SendAsync(Hex.Bytes(RawClient.Connect311("c")));
        Assert.Equal("20020000", await ReadAsync(socket, 4));

        await server.DisposeAsync();

        Assert.Equal("", await ReadAsync(socket, 1));
    }

    private static MqttSocketServer Start(EndPoint endPoint)
    {
        var broker = new MqttBroker(new RecordingHandler());
        return MqttSocketServer.Start(endPoint, new MqttListener(broker, new MqttListenerOptions()));
    }

    private static async Task<Socket> OpenAsync(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(endPoint);
        return socket;
    }

    private static byte[] Publish(string topic, int payloadBytes)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        int length = 2 + name.Length + payloadBytes;
        var packet = new List<byte> { 0x30 };
        do
        {
            packet.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);

        return [.. packet, 0, (byte)name.Length, .. name, .. Enumerable.Repeat((byte)'x', payloadBytes)];
    }

    /// <summary>That many bytes, or what came before the end, as hex.</summary>
    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int length = 0;
        while (length < count)
        {
            int read = 0;
            try
            {
                read = await socket.ReceiveAsync(bytes.AsMemory(length)).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (SocketException)
            {
                // Reset: ended too.
            }

            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Convert.ToHexString(bytes, 0, length);
    }

    [Fact]
    public async Task The_kernel_probes_connections_on_which_nothing_comes()
    {
        await using BrokerHost host = await BrokerHost.StartAsync();
        using RawClient client = await host.Connect311Async("c");

        // The columns of /proc/net/tcp: number, local address, remote address, state (01: established), queues, timer
        // (02: keepalive) and the hundredths of a second until it is due.
        string served = File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1].EndsWith($":{host.Port:X4}", StringComparison.Ordinal) && columns[3] == "01")
            .Select(columns => columns[5])
            .Single();
        Assert.StartsWith("02:", served, StringComparison.Ordinal);
        Assert.InRange(Convert.ToInt64(served[3..], 16), 1, TcpSettings.IdleSeconds * 100L);
    }
}
