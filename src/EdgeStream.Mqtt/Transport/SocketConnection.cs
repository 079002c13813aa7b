using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Mqtt;

/// <summary>A socket as a connection. What it doesn't need it doesn't have: an idle one is a few hundred
/// bytes.</summary>
/// <remarks>Its <c>ConnectionClosed</c> is cancelled only where that was asked for: else the end of the peer shows
/// where the input is read, and while it isn't, by <see cref="IsPeerGone"/> and <see cref="IsReset"/>.</remarks>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe
{
    /// <summary>What is read away at the end, so that closing doesn't reset the connection and take with it what the
    /// peer has not received yet.</summary>
    private const int UnreadBytesMax = 256 * 1024;

    private readonly Socket _socket;
    private readonly SocketPoller _poller;
    private readonly int _descriptor;
    private readonly SocketReader _input;
    private readonly SocketWriter _output;
    private readonly CancellationTokenSource? _closed;
    private IDuplexPipe? _transport;
    private IFeatureCollection? _features;
    private IDictionary<object, object?>? _items;
    private string? _id;

    /// <param name="socket">Connected; owned from now on.</param>
    /// <param name="poller">Tells when something came in.</param>
    /// <param name="tellsClosed">Whether <c>ConnectionClosed</c> is cancelled, in the thread pool, when the peer ends
    /// or the connection is closed; a read is then cancelled by itself, and not the input for good.</param>
    /// <exception cref="SocketException">The socket is broken already.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It can't be watched.</exception>
    internal SocketConnection(Socket socket, SocketPoller poller, bool tellsClosed = false)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            // A receive would end at a byte that is out of band, with more behind it.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
        }

        _socket = socket;
        _poller = poller;
        _descriptor = (int)socket.Handle;
        if (tellsClosed)
        {
            _closed = new CancellationTokenSource();
            ConnectionClosed = _closed.Token;
            LocalEndPoint = socket.LocalEndPoint;
        }

        _input = new SocketReader(socket, _closed is null ? null : TellClosed);
        _output = new SocketWriter(socket);
        RemoteEndPoint = socket.RemoteEndPoint;
        poller.Watch(_descriptor, _input);
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _id ??= Guid.NewGuid().ToString("N");
        set => _id = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features => _features ??= new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    /// <inheritdoc/>
    public override IDuplexPipe Transport
    {
        get => _transport ?? this;
        set => _transport = ReferenceEquals(value, this) ? null : value;
    }

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Whether the peer has ended and all that it sent was read.</summary>
    internal bool IsPeerGone
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether the peer has reset the connection.</summary>
    internal bool IsReset
    {
        get
        {
            try
            {
                return _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Close();
        _input.End();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            ReadAway();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer is gone.
        }

        Close();
        _input.Complete();
        _output.Complete();
        return default;
    }

    /// <summary>The descriptor is given up first: the next socket may have its number.</summary>
    private void Close()
    {
        _poller.Forget(_descriptor, _input);
        _socket.Dispose();
        TellClosed();
    }

    /// <summary>Elsewhere: whoever waits for it may take long.</summary>
    private void TellClosed()
    {
        if (_closed is { IsCancellationRequested: false })
        {
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
        }
    }

    private void ReadAway()
    {
        Span<byte> unread = stackalloc byte[4096];
        for (int bytes = 0; bytes < UnreadBytesMax;)
        {
            int count = SocketCalls.Receive(_socket, unread);
            if (count <= 0)
            {
                return;
            }

            bytes += count;
        }
    }
}
