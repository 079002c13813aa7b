using System.Net.WebSockets;

namespace EdgeStream.Mqtt;

/// <summary>The bytes of a WebSocket's binary frames as one stream: packets may stand across frames (MQTT 5.0
/// section 6).</summary>
internal sealed class WebSocketStream : Stream
{
    private readonly WebSocket _socket;
    private bool _isAtEnd;

    internal WebSocketStream(WebSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Whether the client sent a text frame, which ends the connection [MQTT-6.0.0-1].</summary>
    internal bool HasSeenText { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_isAtEnd)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (WebSocketException e)
            {
                throw new IOException(e.Message, e);
            }

            _isAtEnd = received.MessageType != WebSocketMessageType.Binary;
            HasSeenText |= received.MessageType == WebSocketMessageType.Text;
            if (!_isAtEnd && (received.Count > 0 || buffer.Length == 0))
            {
                return received.Count;
            }
        }

        return 0;
    }

    /// <summary>Cancels the wait for data only: a cancelled receive would abort the socket and with it the goodbye, and
    /// one that was left behind would write into a buffer that is not its own any more.</summary>
    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<ValueWebSocketReceiveResult> receiving = _socket.ReceiveAsync(buffer, CancellationToken.None);
        return receiving.IsCompleted || buffer.Length > 0
            ? await receiving.ConfigureAwait(false)
            : await receiving.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _socket.SendAsync(
                buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
        // Every write is a frame.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
