using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Testing;

/// <summary>One MQTT 3.1.1 connection that publishes with QoS 1 and leaves the window to its caller.</summary>
/// <remarks>
/// A plain socket and a few packets of the OASIS specification, so that a load generator costs little beside the broker
/// and
/// shares no code with the one under test. Sending and receiving may run at once, each from one thread.
/// </remarks>
public sealed class QosOneConnection : IDisposable
{
    private const byte ConnectPacket = 0x10;
    private const byte ConnAckPacket = 0x20;
    private const byte PublishQosOne = 0x32;
    private const byte DuplicateFlag = 0x08;
    private const byte PubAckPacket = 0x40;
    private const byte CleanSessionFlag = 0x02;
    private const byte ProtocolLevel311 = 4;
    private const int AckLength = 4;
    private const int BufferSize = 64 << 10;

    private readonly Socket _socket;
    private readonly byte[] _received = new byte[BufferSize];
    private byte[] _output = new byte[BufferSize];
    private int _outputLength;
    private int _receivedLength;

    private QosOneConnection(Socket socket) => _socket = socket;

    /// <summary>Connects to 127.0.0.1, without keep-alive, and returns once the broker has accepted the
    /// client.</summary>
    /// <exception cref="IOException">The broker refused the client, or answered with something else.</exception>
    /// <exception cref="SocketException">Nobody listens, or the connection broke.</exception>
    public static async Task<QosOneConnection> ConnectAsync(
        int port, string clientId, bool cleanSession, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new QosOneConnection(socket);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
            connection.AddConnect(clientId, cleanSession);
            await connection.FlushAsync(cancellationToken);
            await connection.ReceiveAtLeastAsync(AckLength, cancellationToken);
            if (connection._received[0] != ConnAckPacket || connection._received[3] != 0)
            {
                throw new IOException($"CONNECT was answered with {Convert.ToHexString(connection._received, 0, 4)}.");
            }

            connection.Consume(AckLength);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Adds a PUBLISH to what <see cref="FlushAsync"/> will send.</summary>
    public void Add(ushort packetId, bool isDuplicate, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var remaining = 2 + topic.Length + 2 + payload.Length;
        Reserve(1 + 4 + remaining);
        _output[_outputLength++] = (byte)(isDuplicate ? PublishQosOne | DuplicateFlag : PublishQosOne);
        AddRemainingLength(remaining);
        AddText(topic);
        BinaryPrimitives.WriteUInt16BigEndian(_output.AsSpan(_outputLength), packetId);
        _outputLength += 2;
        payload.CopyTo(_output.AsSpan(_outputLength));
        _outputLength += payload.Length;
    }

    /// <summary>Sends everything that was added.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var sent = 0;
        while (sent < _outputLength)
        {
            sent += await _socket.SendAsync(_output.AsMemory(sent, _outputLength - sent), cancellationToken);
        }

        _outputLength = 0;
    }

    /// <summary>Waits for acknowledgements and returns how many packet ids it wrote to <paramref name="packetIds"/>, at
    /// least one.</summary>
    /// <exception cref="IOException">The broker closed the connection, or sent something else than a
    /// PUBACK.</exception>
    public async ValueTask<int> ReceiveAcksAsync(
        Memory<ushort> packetIds, CancellationToken cancellationToken = default)
    {
        await ReceiveAtLeastAsync(AckLength, cancellationToken);
        var count = 0;
        var offset = 0;
        for (; count < packetIds.Length && _receivedLength - offset >= AckLength; offset += AckLength)
        {
            if (_received[offset] != PubAckPacket || _received[offset + 1] != 2)
            {
                throw new IOException($"A PUBACK was due, {Convert.ToHexString(_received, offset, 4)} came.");
            }

            packetIds.Span[count++] = BinaryPrimitives.ReadUInt16BigEndian(_received.AsSpan(offset + 2));
        }

        Consume(offset);
        return count;
    }

    /// <summary>Closes the socket without a DISCONNECT.</summary>
    public void Dispose() => _socket.Dispose();

    private void AddConnect(string clientId, bool cleanSession)
    {
        var id = Encoding.UTF8.GetBytes(clientId);
        _output[_outputLength++] = ConnectPacket;
        AddRemainingLength(10 + 2 + id.Length);
        AddText("MQTT"u8);
        _output[_outputLength++] = ProtocolLevel311;
        _output[_outputLength++] = cleanSession ? CleanSessionFlag : (byte)0;
        _output[_outputLength++] = 0;
        _output[_outputLength++] = 0;
        AddText(id);
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_output.AsSpan(_outputLength), (ushort)text.Length);
        text.CopyTo(_output.AsSpan(_outputLength + 2));
        _outputLength += 2 + text.Length;
    }

    private void AddRemainingLength(int length)
    {
        do
        {
            var digit = length & 0x7f;
            length >>= 7;
            _output[_outputLength++] = (byte)(length > 0 ? digit | 0x80 : digit);
        }
        while (length > 0);
    }

    private void Reserve(int length)
    {
        if (_output.Length - _outputLength < length)
        {
            Array.Resize(ref _output, Math.Max(_output.Length * 2, _outputLength + length));
        }
    }

    private async ValueTask ReceiveAtLeastAsync(int length, CancellationToken cancellationToken)
    {
        while (_receivedLength < length)
        {
            var count = await _socket.ReceiveAsync(_received.AsMemory(_receivedLength), cancellationToken);
            if (count == 0)
            {
                throw new IOException("The broker closed the connection.");
            }

            _receivedLength += count;
        }
    }

    private void Consume(int length)
    {
        _received.AsSpan(length, _receivedLength - length).CopyTo(_received);
        _receivedLength -= length;
    }
}
