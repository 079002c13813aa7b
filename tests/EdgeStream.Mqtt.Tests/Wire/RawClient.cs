using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Mqtt.Tests;

/// <summary>A socket that sends and expects packets byte for byte.</summary>
internal sealed class RawClient : IDisposable
{
    internal const string ConnackV311 = "20 02 00 00";
    internal const string ConnackV311Present = "20 02 01 00";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp;

    /// <param name="tcp">The connection; the other end's, where a test is the server.</param>
    internal RawClient(TcpClient tcp)
    {
        _tcp = tcp;
        _tcp.NoDelay = true;
    }

    internal static async Task<RawClient> OpenAsync(int port)
    {
        var client = new RawClient(new TcpClient());
        await client._tcp.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    internal static string Connect311(string clientId, bool isClean = true, int keepAliveSeconds = 0) =>
        Packet(0x10, $"00 04 'MQTT' 04 {(isClean ? "02" : "00")} {keepAliveSeconds:X4} {Text(clientId)}");

    internal static string Connect500(
        string clientId, bool isClean = true, string properties = "", int keepAliveSeconds = 0)
    {
        int length = Hex.Bytes(properties).Length;
        string flags = isClean ? "02" : "00";
        return Packet(0x10, $"00 04 'MQTT' 05 {flags} {keepAliveSeconds:X4} {length:X2} {properties} {Text(clientId)}");
    }

    /// <summary>A packet with its remaining length.</summary>
    internal static string Packet(byte header, string body)
    {
        byte[] bytes = Hex.Bytes(body);
        string length = "";
        int rest = bytes.Length;
        do
        {
            length += $"{(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0):X2}";
            rest >>= 7;
        }
        while (rest > 0);

        return $"{header:X2}{length}{Hex.Of(bytes)}";
    }

    internal static string Text(string text) => $"{System.Text.Encoding.UTF8.GetByteCount(text):X4}'{text}'";

    internal static string Publish(
        string topic, string payload, int qos = 0, int packetId = 0, bool dup = false, bool retain = false)
    {
        int header = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
        string id = qos > 0 ? $"{packetId:X4}" : "";
        string text = payload.Length > 0 ? $"'{payload}'" : "";
        return Packet((byte)header, $"{Text(topic)}{id}{text}");
    }

    /// <summary>A PUBLISH of 5.0.</summary>
    internal static string Publish5(
        string topic,
        string payload,
        int qos = 0,
        int packetId = 0,
        string properties = "",
        bool dup = false,
        bool retain = false)
    {
        int header = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
        string id = qos > 0 ? $"{packetId:X4}" : "";
        string topicText = topic.Length > 0 ? Text(topic) : "0000";
        string text = payload.Length > 0 ? $"'{payload}'" : "";
        return Packet((byte)header, $"{topicText}{id}{Hex.Bytes(properties).Length:X2}{properties}{text}");
    }

    internal static string Subscribe(string filter, int qos, int packetId = 1) =>
        Packet(0x82, $"{packetId:X4}{Text(filter)}{qos:X2}");

    /// <summary>A SUBSCRIBE of 5.0.</summary>
    internal static string Subscribe5(string filter, int options, int packetId = 1, string properties = "") =>
        Packet(0x82, $"{packetId:X4}{Hex.Bytes(properties).Length:X2}{properties}{Text(filter)}{options:X2}");

    /// <summary>Whether something came that was not read, or the other end is gone.</summary>
    internal bool IsReadable => _tcp.Client.Poll(0, SelectMode.SelectRead);

    internal async Task SendAsync(params string[] packets)
    {
        foreach (string packet in packets)
        {
            await _tcp.GetStream().WriteAsync(Hex.Bytes(packet));
        }
    }

    internal async Task SendAsync(byte[] bytes) => await _tcp.GetStream().WriteAsync(bytes);

    /// <summary>The next bytes are exactly these.</summary>
    internal async Task ExpectAsync(string packet)
    {
        byte[] expected = Hex.Bytes(packet);
        byte[] actual = new byte[expected.Length];
        int count = await ReadAsync(actual);
        Assert.Equal(Hex.Of(expected), Hex.Of(actual.AsSpan(0, count)));
    }

    /// <summary>Nothing is on its way: the answer to a ping is the next that comes.</summary>
    internal async Task ExpectNothingAsync()
    {
        await SendAsync("C0 00");
        await ExpectAsync("D0 00");
    }

    /// <summary>The server closes, and says nothing before it does.</summary>
    internal async Task ExpectClosedAsync()
    {
        byte[] rest = new byte[1];
        int count = 0;
        try
        {
            using var timeout = new CancellationTokenSource(Patience);
            count = await _tcp.GetStream().ReadAsync(rest, timeout.Token);
        }
        catch (IOException)
        {
            // Reset: closed too.
        }

        Assert.True(count == 0, $"Expected the end of the connection but got 0x{rest[0]:X2}.");
    }

    /// <summary>One whole packet.</summary>
    internal async Task<byte[]> ReadPacketAsync()
    {
        byte[] head = new byte[2];
        Assert.Equal(2, await ReadAsync(head));
        int length = head[1] & 0x7F;
        List<byte> packet = [.. head];
        int shift = 7;
        while ((packet[^1] & 0x80) != 0)
        {
            byte[] more = new byte[1];
            Assert.Equal(1, await ReadAsync(more));
            length |= (more[0] & 0x7F) << shift;
            shift += 7;
            packet.Add(more[0]);
        }

        byte[] body = new byte[length];
        Assert.Equal(length, await ReadAsync(body));
        return [.. packet, .. body];
    }

    /// <summary>The server's DISCONNECT of 5.0 with that reason, then the end.</summary>
    internal async Task ExpectDisconnectAsync(MqttReasonCode reason)
    {
        byte[] packet = await ReadPacketAsync();
        Assert.Equal(0xE0, packet[0]);
        Assert.Equal(reason, (MqttReasonCode)packet[2]);
        await ExpectClosedAsync();
    }

    /// <summary>The server's CONNACK of 5.0; returns its properties.</summary>
    internal async Task<byte[]> ExpectConnack5Async(
        MqttReasonCode reason = MqttReasonCode.Success, bool isPresent = false)
    {
        byte[] packet = await ReadPacketAsync();
        Assert.Equal(0x20, packet[0]);
        Assert.Equal(isPresent ? 1 : 0, packet[2]);
        Assert.Equal(reason, (MqttReasonCode)packet[3]);
        return packet[5..];
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<int> ReadAsync(byte[] target)
    {
        using var timeout = new CancellationTokenSource(Patience);
        int count = 0;
        while (count < target.Length)
        {
            int read = await _tcp.GetStream().ReadAsync(target.AsMemory(count), timeout.Token);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }
}
