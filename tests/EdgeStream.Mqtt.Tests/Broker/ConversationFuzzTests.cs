using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests.Broker;

/// <summary>Whole conversations, as captured from clients, then damaged: they cost their connection and nothing
/// else.</summary>
public class ConversationFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 3_000;

    private static readonly byte[][][] Conversations =
    [
        Packets(
            RawClient.Packet(0x10, "00 04 'MQTT' 04 C6 00 0A 00 01 'a' 00 01 'w' 00 01 'x' 00 01 'u' 00 01 'p'"),
            RawClient.Subscribe("a/+/#", 2),
            RawClient.Publish("a/b/c", "0"),
            RawClient.Publish("a/b/c", "1", 1, 10),
            RawClient.Publish("a/b", "2", 2, 11, retain: true),
            "62 02 00 0B",
            "A2 09 00 02 00 05 'a/+/#'",
            "C0 00",
            "E0 00"),
        Packets(
            RawClient.Packet(
                0x10,
                "00 04 'MQTT' 05 C6 00 0A 11 11 00 00 00 0A 21 00 05 22 00 05 27 00 00 10 00 00 01 'b' "
                    + "05 18 00 00 00 01 00 01 'w' 00 02 'xy' 00 01 'u' 00 01 'p'"),
            RawClient.Subscribe5("#", 0x2E, 1, "0B 80 01"),
            RawClient.Publish5("a", "p", 2, 7, "01 01 02 00 00 00 05 23 00 05 26 00 01 'k' 00 01 'v' 08 00 01 'r'"),
            RawClient.Publish5("", "q", 1, 8, "23 00 05"),
            "62 04 00 07 00 00",
            "40 02 00 01",
            "50 02 00 02",
            "70 02 00 02",
            "A2 06 00 03 00 00 01 '#'",
            "E0 07 04 05 11 00 00 00 05"),
        Packets(
            RawClient.Connect500("d", properties: "15 00 01 'm' 16 00 01 'x'"),
            "F0 0A 18 08 15 00 01 'm' 16 00 01 'x'",
            RawClient.Subscribe5("b", 1),
            "F0 0A 19 08 15 00 01 'm' 16 00 01 'x'",
            RawClient.Publish5("b", "p", 1, 7),
            "F0 0A 18 08 15 00 01 'm' 16 00 01 'x'",
            "40 02 00 01",
            "E0 00"),
    ];

    [Fact]
    public async Task A_damaged_conversation_costs_its_connection_and_nothing_else()
    {
        Random random = TestSeed.Create(output.WriteLine);
        var log = new ErrorLog();
        using var access = new MqttPasswordAuthenticator(
            null, MosquittoAccessFile.Parse("topic readwrite #\ntopic deny secret\n", []), new ManualTimeProvider());
        await using var broker = new MqttBroker(
            new RecordingHandler(), null, new MemoryStateStore(), new ManualTimeProvider(), log, access)
        {
            EnhancedAuthenticator = new TwoSteps(),
        };
        broker.Start();
        for (int i = 0; i < Rounds; i++)
        {
            byte[] bytes = Damage(random, Conversations[random.Next(Conversations.Length)]);
            await ConverseAsync(broker, random, bytes);
        }

        Assert.Empty(log.Errors);
        Assert.Equal(0, broker.Statistics.Connections);
        await ConverseAsync(broker, random, [.. Conversations[0].SelectMany(packet => packet)]);
        Assert.True(broker.Statistics.ConnectionsAccepted > Rounds / 10, "hardly any CONNECT came through");
        Assert.True(broker.Statistics.ProtocolErrors > Rounds / 10, "hardly anything was damaged");
        Assert.InRange(broker.QueuedBytes, 0, broker.Options.QueuedBytesTotalMax);
    }

    private static async Task ConverseAsync(MqttBroker broker, Random random, byte[] bytes)
    {
        var connection = new MemoryConnection();
        Task serving = broker.ServeAsync(connection);
        Task<long> draining = connection.DrainAsync();
        for (int position = 0; position < bytes.Length;)
        {
            int count = Math.Min(random.Next(1, 64), bytes.Length - position);
            await connection.ToBroker.WriteAsync(bytes.AsMemory(position, count));
            position += count;
        }

        await connection.ToBroker.CompleteAsync();
        await serving.WaitAsync(Poll.DefaultDeadline);
        await connection.EndAsync();
        await draining.WaitAsync(Poll.DefaultDeadline);
    }

    /// <summary>Packets left out, repeated, exchanged; bytes changed, taken out, put in.</summary>
    private static byte[] Damage(Random random, byte[][] conversation)
    {
        List<byte[]> packets = [.. conversation];
        for (int i = random.Next(3); i > 0 && packets.Count > 1; i--)
        {
            int at = random.Next(packets.Count);
            byte[] packet = packets[at];
            switch (random.Next(3))
            {
                case 0:
                    packets.RemoveAt(at);
                    break;
                case 1:
                    packets.Insert(random.Next(packets.Count), packet);
                    break;
                default:
                    packets[at] = packets[0];
                    packets[0] = packet;
                    break;
            }
        }

        List<byte> bytes = [.. packets.SelectMany(packet => packet)];
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[][] Packets(params string[] packets) => [.. packets.Select(Hex.Bytes)];

    /// <summary>Asks once, then takes what isn't empty.</summary>
    private sealed class TwoSteps : IMqttEnhancedAuthenticator
    {
        public IMqttAuthenticationExchange? Begin(string method, MqttLogin login) =>
            method == "m" ? new Exchange() : null;
    }

    private sealed class Exchange : IMqttAuthenticationExchange
    {
        private bool _hasAsked;

        public ValueTask<MqttAuthenticationStep> ContinueAsync(
            ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            bool isFirst = !_hasAsked;
            _hasAsked = true;
            return ValueTask.FromResult(
                isFirst ? MqttAuthenticationStep.Continue(data)
                : data.IsEmpty ? MqttAuthenticationStep.Decided(
                    MqttLoginResult.Refused(MqttReasonCode.NotAuthorized, MqttRefusal.BadLogin, "nothing was said"))
                : MqttAuthenticationStep.Decided(MqttLoginResult.Accepted("ann"), data));
        }
    }
}
