using System.Text;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Exactly once over power cuts at any moment, between a broker that loses what was not committed and a client
/// that remembers what the specification has it remember.</summary>
public class PowerCutTests(ITestOutputHelper output)
{
    private const int Cuts = 40;
    private const int MessagesBetweenCutsMax = 12;

    [Theory]
    [InlineData(4, 256)]
    [InlineData(5, 3)]
    public async Task A_qos_2_message_that_was_promised_arrives_once_whenever_the_power_is_cut(int version, int window)
    {
        Random random = Seed.Create(output);
        var store = new MemoryStateStore();
        var receiver = new ExactlyOnceReceiver(version, window);
        var promised = new List<string>();
        int number = 0;
        for (int cut = 0; cut < Cuts; cut++)
        {
            var published = new List<string>();

            // Commits take turns with everything else.
            store.BeforeCommit = static async () => await Task.Yield();
            BrokerHost host = await BrokerHost.StartAsync(store: store);
            using (RawClient client = await receiver.ConnectAsync(host, isFirst: cut == 0))
            {
                for (int i = random.Next(MessagesBetweenCutsMax); i >= 0; i--)
                {
                    published.Add($"{number++}");
                    await host.PublishAsync("t", published[^1], 2);
                    if (random.Next(3) == 0)
                    {
                        await receiver.TakeAsync(client, random.Next(6));
                    }

                    if (random.Next(4) == 0)
                    {
                        await host.Broker.Journal.FlushAsync();
                        promised.AddRange(published.Except(promised));
                    }
                }

                await receiver.TakeAsync(client, random.Next(12));
                store = store.Copy();
            }

            // The one whose power was cut writes into a store that nobody reads any more.
            await host.DisposeAsync();
            Assert.Empty(promised.Except(receiver.Messages).Except(store.OutboundPayloads()));
        }

        await using BrokerHost last = await BrokerHost.StartAsync(store: store);
        using RawClient end = await receiver.ConnectAsync(last, isFirst: false);
        while (last.Broker.Sessions.Find("s")!.QueuedCount > 0)
        {
            await last.Broker.Journal.FlushAsync();
            await receiver.TakeAsync(end, int.MaxValue);
        }

        Assert.Equal(receiver.Messages.Count, receiver.Messages.Distinct().Count());
        Assert.Empty(promised.Except(receiver.Messages));
    }

    /// <summary>Section 4.3.3, the receiver's side, over connections.</summary>
    private sealed class ExactlyOnceReceiver(int version, int window)
    {
        private readonly HashSet<int> _identifiers = [];

        internal List<string> Messages { get; } = [];

        internal async Task<RawClient> ConnectAsync(BrokerHost host, bool isFirst)
        {
            RawClient client = version == 5
                ? await host.Connect500Async("s", false, $"11 00 00 0E 10 21 {window:X4}", !isFirst)
                : await host.Connect311Async("s", isClean: false, isPresent: !isFirst);
            if (isFirst)
            {
                await client.SendAsync(Wire.Subscribe(version, 1, ("t", 2)));
                await client.ExpectAsync(Wire.Suback(version, 1, 2));
            }

            return client;
        }

        /// <summary>Takes what is there, so many packets at most; what came behind them is lost with the
        /// connection.</summary>
        internal async Task TakeAsync(RawClient client, int packetsMax)
        {
            await client.SendAsync("C0 00");
            for (bool isDone = false; !isDone;)
            {
                byte[] packet = await client.ReadPacketAsync();
                isDone = packet[0] == 0xD0;
                if (!isDone && packetsMax-- > 0)
                {
                    await AnswerAsync(client, packet);
                }
            }
        }

        private async Task AnswerAsync(RawClient client, byte[] packet)
        {
            if (packet[0] >> 4 == 6)
            {
                _identifiers.Remove((packet[2] << 8) | packet[3]);
                await client.SendAsync([0x70, 2, packet[2], packet[3]]);
                return;
            }

            // Two bytes of header, three of the topic, two of the identifier.
            int identifier = (packet[5] << 8) | packet[6];
            if (_identifiers.Add(identifier))
            {
                Messages.Add(Encoding.ASCII.GetString(packet.AsSpan(version == 5 ? 8 : 7)));
            }

            await client.SendAsync([0x50, 2, packet[5], packet[6]]);
        }
    }
}
