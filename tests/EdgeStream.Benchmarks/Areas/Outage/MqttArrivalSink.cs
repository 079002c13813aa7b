using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>One that takes messages of MQTT 5.0 with quality of service 1, of one publisher, and says nothing but what
/// it must.</summary>
internal sealed class MqttArrivalSink(int recordCount, bool isLiveFirst) : ArrivalSink(recordCount, isLiveFirst)
{
    private const int PacketBytesMax = 1 << 20;
    private const int LengthDigitsMax = 4;
    private const byte Connect = 1;
    private const byte Publish = 3;
    private const byte Ping = 12;
    private static readonly byte[] Connected = [0x20, 3, 0, 0, 0];
    private static readonly byte[] Answered = [0xD0, 0];
    private static readonly byte[] HistoryProperty = "edgestream-historical"u8.ToArray();

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client);
        var buffer = new byte[64 << 10];
        var answers = new List<byte>();
        for (var length = 0; ;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), stop);
            if (count == 0)
            {
                return;
            }

            length += count;
            var taken = TakePackets(buffer.AsSpan(0, length), answers);
            if (answers.Count > 0)
            {
                await stream.WriteAsync(answers.ToArray(), stop);
                answers.Clear();
            }

            buffer.AsSpan(taken, length - taken).CopyTo(buffer);
            length -= taken;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length < PacketBytesMax
                    ? length * 2 : throw new IOException("A packet is longer than any of the gateway's."));
            }
        }
    }

    /// <summary>Takes the packets that are there whole; how many bytes they are.</summary>
    private int TakePackets(ReadOnlySpan<byte> bytes, List<byte> answers)
    {
        var taken = 0;
        while (TryLength(bytes[taken..], out var headBytes, out var bodyBytes)
            && taken + headBytes + bodyBytes <= bytes.Length)
        {
            TakePacket(bytes[taken], bytes.Slice(taken + headBytes, bodyBytes), answers);
            taken += headBytes + bodyBytes;
        }

        return taken;
    }

    private void TakePacket(byte first, ReadOnlySpan<byte> body, List<byte> answers)
    {
        switch (first >> 4)
        {
            case Connect:
                answers.AddRange(Connected);
                break;
            case Ping:
                answers.AddRange(Answered);
                break;
            case Publish:
                var afterTopic = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
                answers.AddRange([0x40, 2, body[afterTopic], body[afterTopic + 1]]);
                var rest = body[(afterTopic + 2)..];
                var digits = Number(rest, out var propertyBytes);
                Take(
                    rest[(digits + propertyBytes)..],
                    isMarked: rest.Slice(digits, propertyBytes).IndexOf(HistoryProperty) >= 0);
                break;
            default:
                // DISCONNECT: the connection ends by itself.
                break;
        }
    }

    /// <summary>Reads how long a packet is; false while that is not there.</summary>
    private static bool TryLength(ReadOnlySpan<byte> bytes, out int headBytes, out int bodyBytes)
    {
        bodyBytes = 0;
        headBytes = bytes.Length < 2 ? 0 : 1 + Number(bytes[1..], out bodyBytes);
        return headBytes > 1;
    }

    /// <summary>Reads a variable byte integer; how many bytes it has, 0 where it does not end.</summary>
    private static int Number(ReadOnlySpan<byte> bytes, out int number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(bytes.Length, LengthDigitsMax); i++)
        {
            number |= (bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
