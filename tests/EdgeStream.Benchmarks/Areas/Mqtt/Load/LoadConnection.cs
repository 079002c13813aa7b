using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>One MQTT 3.1.1 client of the load generator: a socket, what waits to be sent, what came in part.</summary>
/// <remarks>Speaks no more than a well-behaved server needs. Not thread-safe.</remarks>
internal sealed class LoadConnection : IDisposable
{
    private const int ReceiveSizeBytes = 64 << 10;
    private const byte Connack = 0x20;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private byte[] _received = new byte[512];
    private int _receivedLength;
    private byte[] _pending = new byte[512];
    private int _pendingStart;
    private int _pendingEnd;
    private bool _isRoomAwaited;

    private LoadConnection(int number, Socket socket)
    {
        Number = number;
        _socket = socket;
    }

    /// <summary>Gets each whole packet: its first byte, and what follows the length.</summary>
    public delegate void PacketHandler(LoadConnection connection, byte header, ReadOnlySpan<byte> body);

    /// <summary>Its number among all.</summary>
    public int Number { get; }

    /// <summary>Connects and waits for the CONNACK.</summary>
    /// <param name="port">A port on 127.0.0.1.</param>
    /// <param name="number">Its number among all.</param>
    /// <param name="name">The first part of the client identifier.</param>
    public static LoadConnection Connect(int port, int number, string name)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)AnswerTimeout.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, port);
        var client = Encoding.ASCII.GetBytes($"{name}-{number}");
        byte[] connect =
        [
            0x10, (byte)(12 + client.Length), 0, 4, .. "MQTT"u8, 4, 0x02, 0, 0, 0, (byte)client.Length, .. client,
        ];
        socket.Send(connect);
        var answer = new byte[4];
        for (var length = 0; length < answer.Length;)
        {
            var count = socket.Receive(answer.AsSpan(length));
            length += count > 0 ? count : throw new IOException("The broker closed the connection at CONNECT.");
        }

        if (answer[0] != Connack || answer[3] != 0)
        {
            throw new IOException($"The broker answered CONNECT with {Convert.ToHexString(answer)}.");
        }

        return new LoadConnection(number, socket);
    }

    /// <summary>Goes over to an event loop.</summary>
    public void Join(Epoll epoll)
    {
        _socket.Blocking = false;
        epoll.Watch(_socket, Number);
    }

    /// <summary>Adds a packet to what is sent next.</summary>
    public void Add(ReadOnlySpan<byte> packet)
    {
        if (_pending.Length - _pendingEnd < packet.Length)
        {
            var length = _pendingEnd - _pendingStart;
            var target = _pending.Length - length >= packet.Length
                ? _pending
                : new byte[Math.Max(_pending.Length * 2, length + packet.Length)];
            _pending.AsSpan(_pendingStart, length).CopyTo(target);
            (_pending, _pendingStart, _pendingEnd) = (target, 0, length);
        }

        packet.CopyTo(_pending.AsSpan(_pendingEnd));
        _pendingEnd += packet.Length;
    }

    /// <summary>Sends what the socket takes.</summary>
    public void Flush(Epoll epoll)
    {
        if (_pendingStart < _pendingEnd)
        {
            var sent = _socket.Send(
                _pending.AsSpan(_pendingStart, _pendingEnd - _pendingStart), SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                throw new IOException($"Sending to the broker failed: {error}.");
            }

            _pendingStart += Math.Max(0, sent);
            if (_pendingStart == _pendingEnd)
            {
                _pendingStart = _pendingEnd = 0;
            }
        }

        var isRoomAwaited = _pendingStart < _pendingEnd;
        if (isRoomAwaited != _isRoomAwaited)
        {
            _isRoomAwaited = isRoomAwaited;
            epoll.AwaitRoom(_socket, Number, isRoomAwaited);
        }
    }

    /// <summary>Takes what has come and hands over each whole packet.</summary>
    public void Receive(PacketHandler handler)
    {
        if (_received.Length < ReceiveSizeBytes)
        {
            Array.Resize(ref _received, ReceiveSizeBytes);
        }

        var count = _socket.Receive(_received.AsSpan(_receivedLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return;
        }

        if (error != SocketError.Success || count == 0)
        {
            throw new IOException($"The broker ended a connection ({error}).");
        }

        _receivedLength += count;
        var at = 0;
        while (TryFrame(_received.AsSpan(at, _receivedLength - at), out var bodyStart, out var bodyLength))
        {
            handler(this, _received[at], _received.AsSpan(at + bodyStart, bodyLength));
            at += bodyStart + bodyLength;
        }

        _received.AsSpan(at, _receivedLength - at).CopyTo(_received);
        _receivedLength -= at;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static bool TryFrame(ReadOnlySpan<byte> bytes, out int bodyStart, out int bodyLength)
    {
        bodyLength = 0;
        for (bodyStart = 1; bodyStart < Math.Min(bytes.Length, 5); bodyStart++)
        {
            bodyLength |= (bytes[bodyStart] & 0x7F) << (7 * (bodyStart - 1));
            if (bytes[bodyStart] < 0x80)
            {
                bodyStart++;
                return bytes.Length - bodyStart >= bodyLength;
            }
        }

        return false;
    }
}
