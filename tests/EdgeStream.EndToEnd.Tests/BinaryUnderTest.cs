using System.Globalization;
using System.Text;
using EdgeStream.Mqtt.Tests;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The published binary as the server of one statement test; everything the test made is gone
/// afterwards.</summary>
/// <remarks>A client of its own, the neighbour, publishes what the test wants from somebody else and reads the
/// server's figures
/// under <c>$SYS</c>; it is not counted.</remarks>
internal sealed class BinaryUnderTest : BrokerUnderTest
{
    private const string Figures = "$SYS/broker/";
    private const int SyncPacketId = 2;

    private readonly RawClient _neighbour;

    private BinaryUnderTest(int port, RawClient neighbour)
    {
        Port = port;
        _neighbour = neighbour;
    }

    /// <inheritdoc/>
    internal override int Port { get; }

    internal static async Task<BrokerUnderTest> StartAsync(int port)
    {
        RawClient neighbour = await RawClient.OpenAsync(port);
        await neighbour.SendAsync(RawClient.Connect311("neighbour"));
        await neighbour.ExpectAsync(RawClient.ConnackV311);
        return new BinaryUnderTest(port, neighbour);
    }

    /// <inheritdoc/>
    internal override async Task PublishAsync(string topic, string payload, int qos = 0, bool retain = false)
    {
        await _neighbour.SendAsync(RawClient.Publish(topic, payload, qos, 1, retain: retain));
        if (qos == 2)
        {
            await _neighbour.ExpectAsync("50 02 00 01");
            await _neighbour.SendAsync("62 02 00 01");
            await _neighbour.ExpectAsync("70 02 00 01");
        }
        else
        {
            // QoS 0 has no answer; that of a message behind it comes when both are with their subscribers.
            await _neighbour.SendAsync(RawClient.Publish("$neighbour", "1", 1, SyncPacketId));
            await _neighbour.ExpectAsync((qos == 1 ? "40 02 00 01" : "") + $"40 02 {SyncPacketId:X4}");
        }
    }

    /// <inheritdoc/>
    internal override async Task PassAsync(int seconds)
    {
        long before = await ReadAsync("uptime");
        await Poll.UntilAsync(
            async () => await ReadAsync("uptime") > before + seconds, text: $"{seconds} seconds have passed");
    }

    /// <inheritdoc/>
    internal override async Task<long> CountAsync(BrokerFigure figure) => figure switch
    {
        BrokerFigure.Connections => await ReadAsync("connections/socket/count") - 1,
        BrokerFigure.Sessions => await ReadAsync("clients/total") - 1,
        BrokerFigure.Subscriptions => await ReadAsync("subscriptions/count") - 1,
        _ => await ReadAsync("retained messages/count"),
    };

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await WhenAsync(BrokerFigure.Connections, 0);
        foreach (string clientId in KeptClients)
        {
            using RawClient last = await RawClient.OpenAsync(Port);
            await last.SendAsync(RawClient.Connect311(clientId));
            await last.ExpectAsync(RawClient.ConnackV311);
            await last.SendAsync("E0 00");
            await last.ExpectClosedAsync();
        }

        await WhenAsync(BrokerFigure.Sessions, 0);
        await ForgetRetainedAsync();
        _neighbour.Dispose();
    }

    /// <summary>A value as of now, which a new subscription gets at once.</summary>
    private async Task<long> ReadAsync(string name)
    {
        string topic = Figures + name;
        await _neighbour.SendAsync(RawClient.Subscribe(topic, 0));
        await _neighbour.ExpectAsync("90 03 00 01 00");
        byte[] value = await _neighbour.ReadPacketAsync();
        await _neighbour.SendAsync(RawClient.Packet(0xA2, $"0001{RawClient.Text(topic)}"));

        // The broker tells the value every few seconds, perhaps just now, and before the one that it retains.
        for (byte[] packet = []; packet is not [0xB0, ..]; packet = await _neighbour.ReadPacketAsync())
        {
            Assert.True(packet is [] or [0x30 or 0x31, ..], Convert.ToHexString(packet));
        }

        string text = Encoding.UTF8.GetString(value.AsSpan(4 + Encoding.UTF8.GetByteCount(topic)));
        return long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private async Task ForgetRetainedAsync()
    {
        long count = await CountAsync(BrokerFigure.Retained);
        if (count == 0)
        {
            return;
        }

        await _neighbour.SendAsync(RawClient.Subscribe("#", 0));
        await _neighbour.ExpectAsync("90 03 00 01 00");
        var topics = new List<string>();
        for (long i = 0; i < count; i++)
        {
            byte[] packet = await _neighbour.ReadPacketAsync();
            topics.Add(Encoding.UTF8.GetString(packet, 4, packet[3]));
        }

        await _neighbour.SendAsync(RawClient.Packet(0xA2, $"0001{RawClient.Text("#")}"));
        await _neighbour.ExpectAsync("B0 02 00 01");
        foreach (string topic in topics)
        {
            await PublishAsync(topic, "", retain: true);
        }
    }
}
