using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>One HTTP/1.1 connection that is kept: what waits to be sent, and the answer as far as it has
/// come.</summary>
/// <remarks>One request at a time. Not thread-safe.</remarks>
internal sealed class KinesisConnection : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private byte[] _pending = new byte[4096];
    private int _pendingStart;
    private int _pendingEnd;
    private bool _isRoomAwaited;

    /// <summary>Connects to a port on 127.0.0.1.</summary>
    /// <param name="port">The port.</param>
    /// <param name="number">Its number among all.</param>
    public KinesisConnection(int port, int number)
    {
        Number = number;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)AnswerTimeout.TotalMilliseconds,
        };
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Its number among all.</summary>
    public int Number { get; }

    /// <summary>The answer.</summary>
    public ReplyReader Reply { get; } = new();

    /// <summary>Goes over to an event loop.</summary>
    public void Join(Epoll epoll)
    {
        _socket.Blocking = false;
        epoll.Watch(_socket, Number);
    }

    /// <summary>Adds bytes to what is sent next.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_pending.Length - _pendingEnd < bytes.Length)
        {
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingEnd + bytes.Length));
        }

        bytes.CopyTo(_pending.AsSpan(_pendingEnd));
        _pendingEnd += bytes.Length;
    }

    /// <summary>Sends what the socket takes.</summary>
    public void Flush(Epoll epoll)
    {
        Send();
        var isRoomAwaited = _pendingStart < _pendingEnd;
        if (isRoomAwaited != _isRoomAwaited)
        {
            _isRoomAwaited = isRoomAwaited;
            epoll.AwaitRoom(_socket, Number, isRoomAwaited);
        }
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether anything has.</returns>
    public bool Receive()
    {
        var count = _socket.Receive(Reply.Room(), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || count == 0)
        {
            throw new IOException($"The server ended a connection ({error}).");
        }

        Reply.Advance(count);
        return true;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <returns>The status code and the body.</returns>
    public (int Status, string Body) Ask(PreparedRequest request)
    {
        Reply.Clear();
        request.AddTo(this);
        while (_pendingEnd > 0)
        {
            Send();
        }

        while (!Reply.IsWhole)
        {
            Receive();
        }

        return (Reply.Status, Encoding.UTF8.GetString(Reply.Body));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Send()
    {
        if (_pendingStart == _pendingEnd)
        {
            return;
        }

        var sent = _socket.Send(
            _pending.AsSpan(_pendingStart, _pendingEnd - _pendingStart), SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            throw new IOException($"Sending to the server failed: {error}.");
        }

        _pendingStart += Math.Max(0, sent);
        if (_pendingStart == _pendingEnd)
        {
            _pendingStart = _pendingEnd = 0;
        }
    }
}
