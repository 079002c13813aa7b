using System.Buffers;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>Whatever comes in, a decoder returns or rejects; it never fails in another way and never reads past the
/// packet.</summary>
public class DecoderFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 30_000;

    private static readonly string[] Samples =
    [
        RawClient.Connect311("client", keepAliveSeconds: 10),
        RawClient.Packet(
            0x10,
            "00 04 'MQTT' 05 C6 00 0A 05 11 00 00 00 0A 00 01 'c' "
            + "05 18 00 00 00 01 00 01 'w' 00 02 'xy' 00 01 'u' 00 01 'p'"),
        RawClient.Publish("a/b/c", "payload", qos: 1, packetId: 10),
        RawClient.Publish5("a", "p", 2, 7, "01 01 02 00 00 00 05 23 00 05 26 00 01 'k' 00 01 'v' 08 00 01 'r'"),
        "40 02 00 0A",
        "62 04 00 0A 92 00",
        RawClient.Subscribe("a/+/c/#", 1),
        RawClient.Subscribe5("a/+/c/#", 0x2E, 1, "0B 80 01"),
        "A2 07 00 0A 00 03 'a/b'",
        "C0 00",
        "E0 07 04 05 11 00 00 00 05",
        "20 12 01 00 0F 21 00 14 27 00 00 10 00 22 00 0A 25 01 2A 00",
        "90 04 00 0A 00 01",
        "F0 00",
        "F0 11 18 0F 15 00 01 'm' 16 00 02 00 FF 1F 00 03 'why'",
        "F0 0C 19 0A 15 00 01 'm' 26 00 00 00 01 'v'",
    ];

    [Fact]
    public void Random_bytes_are_read_or_rejected()
    {
        Random random = Seed.Create(output);
        byte[] bytes = new byte[64];
        for (int i = 0; i < Rounds; i++)
        {
            Span<byte> part = bytes.AsSpan(0, random.Next(bytes.Length));
            random.NextBytes(part);
            Decode((byte)random.Next(256), part);
        }
    }

    [Fact]
    public void Mutated_packets_are_read_or_rejected()
    {
        Random random = Seed.Create(output);
        byte[][] samples = [.. Samples.Select(Hex.Bytes)];
        for (int i = 0; i < Rounds; i++)
        {
            byte[] sample = [.. samples[random.Next(samples.Length)]];
            for (int mutations = random.Next(1, 4); mutations > 0; mutations--)
            {
                sample = Mutate(random, sample);
            }

            if (sample.Length > 2)
            {
                Decode(sample[0], sample.AsSpan(2));
            }
        }
    }

    [Fact]
    public void Frames_cut_anywhere_give_the_same_packets()
    {
        Random random = Seed.Create(output);
        byte[] stream = [.. Samples.SelectMany(Hex.Bytes)];
        List<string> whole = Frames(new ReadOnlySequence<byte>(stream));
        Assert.Equal(Samples.Length, whole.Count);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(whole, Frames(Cut(random, stream)));
        }
    }

    private static List<string> Frames(ReadOnlySequence<byte> buffer)
    {
        var frames = new List<string>();
        while (PacketFrame.TryRead(ref buffer, 4096, out byte header, out ReadOnlySequence<byte> body))
        {
            frames.Add($"{header:X2}{Hex.Of(body.ToArray())}");
        }

        Assert.True(buffer.IsEmpty);
        return frames;
    }

    private static ReadOnlySequence<byte> Cut(Random random, byte[] stream)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        int position = 0;
        while (position < stream.Length)
        {
            int length = Math.Min(random.Next(0, 12), stream.Length - position);
            last = last.Append(stream.AsMemory(position, length));
            position += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static byte[] Mutate(Random random, byte[] sample)
    {
        int at = random.Next(sample.Length);
        switch (random.Next(4))
        {
            case 0:
                sample[at] = (byte)random.Next(256);
                return sample;
            case 1:
                sample[at] ^= (byte)(1 << random.Next(8));
                return sample;
            case 2:
                return sample[..at].Length == 0 ? sample : sample[..at];
            default:
                return [.. sample[..at], (byte)random.Next(256), .. sample[at..]];
        }
    }

    private static void Decode(byte header, ReadOnlySpan<byte> body)
    {
        foreach (MqttVersion version in (ReadOnlySpan<MqttVersion>)[MqttVersion.V311, MqttVersion.V500])
        {
            try
            {
                DecodeOne(header, body, version);
            }
            catch (MqttProtocolException e)
            {
                Assert.True(e.Reason >= MqttReasonCode.UnspecifiedError);
            }
        }
    }

    private static void DecodeOne(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var type = (PacketType)(header >> 4);
        byte flags = (byte)(header & 0x0F);
        switch (type)
        {
            case PacketType.Connect:
                ConnectPacket.Decode(flags, body);
                break;
            case PacketType.Connack:
                ConnackPacket.Decode(flags, body, version);
                break;
            case PacketType.Publish:
                PublishPacket packet = PublishPacket.Decode(flags, body, version);
                packet.Properties.CopyForwarded(packet.PropertyBytes);
                new MqttPublishProperties(packet.PropertyBytes).GetUserProperties();
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                AcknowledgementPacket.Decode(header, body, version);
                break;
            case PacketType.Subscribe:
                SubscribePacket.Decode(flags, body, version);
                break;
            case PacketType.Suback or PacketType.Unsuback:
                SubackPacket.Decode(type, flags, body, version);
                break;
            case PacketType.Unsubscribe:
                UnsubscribePacket.Decode(flags, body, version);
                break;
            case PacketType.Auth:
                AuthPacket.Decode(flags, body).Measure();
                break;
            case PacketType.Disconnect:
                DisconnectPacket.Decode(flags, body, version);
                break;
            default:
                PingPacket.Check(type, flags, body);
                break;
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
