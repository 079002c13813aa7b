using System.IO.Pipelines;
using System.Net.Sockets;

namespace EdgeStream.Mqtt;

/// <summary>What goes out on a socket: collected, then sent by a flush, which completes when the kernel has taken
/// it.</summary>
/// <remarks>For one writer. Holds no buffer while there is nothing to send; a flush that needs no waiting allocates
/// nothing. A peer that is gone completes the flush as completed, and what comes after is dropped.</remarks>
internal sealed class SocketWriter : PipeWriter
{
    private readonly Socket _socket;
    private readonly PooledBuffer _buffer = new();
    private bool _isBroken;

    internal SocketWriter(Socket socket)
    {
        _socket = socket;
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _buffer.Length;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _buffer.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isBroken || _buffer.Length == 0)
        {
            _buffer.Dispose();
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, _isBroken));
        }

        int sent = Send();
        _isBroken = sent == SocketCalls.Failed;
        if (!_isBroken && sent < _buffer.Length)
        {
            return SendRestAsync(Math.Max(sent, 0), cancellationToken);
        }

        _buffer.Dispose();
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, _isBroken));
    }

    /// <summary>A flush is not given up; the socket's end completes it.</summary>
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        _isBroken = true;
        _buffer.Dispose();
    }

    private int Send()
    {
        try
        {
            return SocketCalls.Send(_socket, _buffer.Written);
        }
        catch (ObjectDisposedException)
        {
            return SocketCalls.Failed;
        }
    }

    private async ValueTask<FlushResult> SendRestAsync(int sent, CancellationToken cancellationToken)
    {
        try
        {
            while (sent < _buffer.Length)
            {
                sent += await _socket.SendAsync(_buffer.WrittenMemory[sent..], SocketFlags.None, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _isBroken = true;
        }
        catch (OperationCanceledException)
        {
            // Some of it is out: nothing may follow.
            _isBroken = true;
            throw;
        }
        finally
        {
            _buffer.Dispose();
        }

        return new FlushResult(isCanceled: false, _isBroken);
    }
}
