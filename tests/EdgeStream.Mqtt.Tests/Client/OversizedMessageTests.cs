namespace EdgeStream.Mqtt.Tests;

/// <summary>What a 3.1.1 server sends beyond the client's bound is taken without its end, where the host wants it: the
/// server can't be told a bound and would send it again for ever.</summary>
public class OversizedMessageTests
{
    private const int PacketSizeMax = 1024;
    private const int PayloadKept = 64 << 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Its_beginning_is_handed_over_and_it_is_acknowledged(int qos)
    {
        const int PayloadBytes = 300_000;
        using var script = new ScriptedServer();
        var handler = new CutHandler();
        var (client, server) = await script.ConnectAsync(Options(handler), RawClient.ConnackV311);
        await using MqttClient own = client;
        await server.SendAsync(Publish(qos, 10, PayloadBytes));
        await server.SendAsync(RawClient.Publish("t", "small", 1, 11));
        await server.ExpectAsync($"{(qos == 1 ? "40" : "50")} 02 000A 40 02 000B");
        Assert.Equal(
            [$"large {Math.Min(PayloadBytes, handler.KeptBytes)} {PayloadBytes}", "t 5 5"], handler.Received);
        Assert.InRange(handler.KeptBytes, PayloadKept, PayloadBytes - 1);
    }

    [Fact]
    public async Task One_that_is_small_enough_to_be_kept_lacks_nothing()
    {
        using var script = new ScriptedServer();
        var handler = new CutHandler();
        var (client, server) = await script.ConnectAsync(Options(handler), RawClient.ConnackV311);
        await using MqttClient own = client;
        await server.SendAsync(Publish(1, 10, PacketSizeMax));
        await server.ExpectAsync("40 02 000A");
        Assert.Equal([$"large {PacketSizeMax} {PacketSizeMax}"], handler.Received);
    }

    [Fact]
    public async Task It_may_come_a_byte_at_a_time()
    {
        using var script = new ScriptedServer();
        var handler = new CutHandler();
        var (client, server) = await script.ConnectAsync(Options(handler), RawClient.ConnackV311);
        await using MqttClient own = client;
        foreach (byte part in Publish(1, 10, 2 * PacketSizeMax))
        {
            await server.SendAsync([part]);
        }

        await server.ExpectAsync("40 02 000A");
        Assert.Single(handler.Received);
    }

    [Fact]
    public async Task One_that_comes_again_while_the_host_has_it_is_handed_over_once()
    {
        using var script = new ScriptedServer();
        using var session = new MqttClientSession();
        var held = new TaskCompletionSource();
        var handler = new CutHandler { Decide = () => PublishReceipt.WhenSafe(held.Task) };
        var (first, server) = await script.ConnectAsync(Options(handler, session), RawClient.ConnackV311);
        byte[] large = Publish(1, 10, 200_000);
        await server.SendAsync(large);
        await Eventually.TrueAsync(() => handler.Received.Count == 1, "it is with the host");
        server.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => first.Closed);
        await first.DisposeAsync();

        var (second, again) = await script.ConnectAsync(Options(handler, session), "20 02 01 00");
        await using MqttClient own = second;
        large[0] |= 0x08;
        await again.SendAsync(large);
        await Eventually.TrueAsync(() => session.Counters.Repeated == 1, "the repeat came in");
        held.SetResult();
        await again.ExpectAsync("40 02 000A");
        Assert.Single(handler.Received);
    }

    [Theory]
    [InlineData(MqttVersion.V311, false)]
    [InlineData(MqttVersion.V500, true)]
    public async Task Otherwise_it_ends_the_connection(MqttVersion version, bool takesCut)
    {
        using var script = new ScriptedServer();
        bool isV5 = version == MqttVersion.V500;
        var (client, server) = await script.ConnectAsync(
            new MqttClientOptions
            {
                ClientId = "c",
                Version = version,
                PacketSizeBytesMax = PacketSizeMax,
                TakesCutPayloads = takesCut,
                Handler = new CutHandler(),
            },
            isV5 ? ScriptedServer.Connack5 : RawClient.ConnackV311);
        await using MqttClient own = client;
        await server.SendAsync(Publish(1, 10, 2 * PacketSizeMax));
        MqttProtocolException why = await Assert.ThrowsAsync<MqttProtocolException>(() => client.Closed);
        Assert.Equal(MqttReasonCode.PacketTooLarge, why.Reason);
    }

    private static MqttClientOptions Options(IMqttPublishHandler handler, MqttClientSession? session = null) => new()
    {
        ClientId = "c",
        Version = MqttVersion.V311,
        CleanStart = session is null,
        PacketSizeBytesMax = PacketSizeMax,
        TakesCutPayloads = true,
        Handler = handler,
        Session = session,
    };

    private static byte[] Publish(int qos, ushort packetId, int payloadBytes)
    {
        byte[] body = [0, 5, .. "large"u8, (byte)(packetId >> 8), (byte)packetId, .. new byte[payloadBytes]];
        var packet = new List<byte> { (byte)(0x30 | (qos << 1)) };
        for (int left = body.Length; left > 0; left >>= 7)
        {
            packet.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
        }

        packet.AddRange(body);
        return [.. packet];
    }

    /// <summary>"topic, bytes of the payload that came, bytes that it has" of each message.</summary>
    private sealed class CutHandler : IMqttPublishHandler
    {
        private readonly Lock _gate = new();
        private readonly List<string> _received = [];

        internal int KeptBytes { get; private set; }

        internal Func<PublishReceipt> Decide { get; init; } = static () => PublishReceipt.Accepted;

        internal IReadOnlyList<string> Received
        {
            get
            {
                lock (_gate)
                {
                    return [.. _received];
                }
            }
        }

        public PublishReceipt Publish(in MqttPublication publication)
        {
            int size = publication.Payload.Length;
            lock (_gate)
            {
                KeptBytes = Math.Max(KeptBytes, size);
                _received.Add($"{publication.GetTopicString()} {size} {size + publication.DroppedBytes}");
            }

            return Decide();
        }
    }
}
