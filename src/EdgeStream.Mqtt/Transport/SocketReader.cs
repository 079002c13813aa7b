using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace EdgeStream.Mqtt;

/// <summary>What comes in on a socket, read when it is asked for: nothing runs and no buffer is held while nothing
/// comes.</summary>
/// <remarks>
/// For one reader. The buffer grows with a packet that doesn't fit, as far as its reader lets it wait, and to
/// <see cref="FullBytes"/> while the peer sends more than it holds. A peer that is gone is the end of the input.
/// Waiting allocates nothing, and a read that follows one that left nothing behind asks the kernel nothing before
/// there is news. The socket is watched by a <see cref="SocketPoller"/>.
/// </remarks>
internal sealed class SocketReader : PipeReader
{
    private const int FirstBytes = 4 * 1024;
    private const int FullBytes = 64 * 1024;

    /// <summary>How often a peer that sends without a pause is read before others have their turn.</summary>
    private const int ReadsInARowMax = 16;

    private readonly Socket _socket;
    private readonly AsyncSignal _news = new();

    /// <summary>Whether a receive that doesn't fill the buffer has taken all there was. On a Unix socket it ends with
    /// whatever carries a descriptor.</summary>
    private readonly bool _isShortTheEnd;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _examined;
    private int _sizeBytes = FirstBytes;
    private int _readsInARow;
    private int _isCanceled;
    private int _isPeerEnding;
    private volatile bool _isEnded;
    private bool _hasMore = true;

    private readonly Action? _peerEnds;

    /// <param name="socket">What comes in on it is read.</param>
    /// <param name="peerEnds">For a reader that gives up single reads: is told, once or more, that the peer ends, even
    /// while nobody reads.</param>
    internal SocketReader(Socket socket, Action? peerEnds = null)
    {
        _socket = socket;
        _peerEnds = peerEnds;
        _isShortTheEnd = socket.AddressFamily != AddressFamily.Unix;
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        bool isCanceled = Interlocked.Exchange(ref _isCanceled, 0) != 0;
        result = new ReadResult(Unread, isCanceled, _isEnded);
        return isCanceled || _isEnded || _examined < _end;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out ReadResult result) ? new ValueTask<ReadResult>(result) : ReceiveAsync(cancellationToken);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ReadOnlySequence<byte> unread = Unread;
        int start = _end - (int)unread.Slice(consumed).Length;
        _examined = _end - (int)unread.Slice(examined).Length;
        _start = start;
        if (_start == _end)
        {
            ReturnBuffer();
        }
    }

    /// <summary>Ends the input for good, where single reads are not given up; a read that waits completes.</summary>
    public override void CancelPendingRead()
    {
        Volatile.Write(ref _isCanceled, 1);
        if (_peerEnds is null)
        {
            EndInput();
        }

        _news.Wake();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        _isEnded = true;
        ReturnBuffer();
    }

    /// <summary>Something came in, or the peer ends: a read that waits goes on here and now.</summary>
    internal void WakeHere(bool isPeerEnding)
    {
        if (isPeerEnding)
        {
            // Before the signal is looked at: a reader that takes an earlier wake for this one must see it.
            Interlocked.Exchange(ref _isPeerEnding, 1);
            _peerEnds?.Invoke();
        }

        _news.WakeHere();
    }

    /// <summary>The socket is closed: a read that waits completes.</summary>
    internal void End()
    {
        _isEnded = true;
        _news.Wake();
    }

    private void EndInput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    private ReadOnlySequence<byte> Unread => new(_buffer, _start, _end - _start);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (++_readsInARow >= ReadsInARowMax)
        {
            _readsInARow = 0;
            await Task.Yield();
        }

        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static reader => ((SocketReader)reader!)._news.Wake(), this);
        while (!TryReceive())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ValueTask news = _news.WaitAsync();
            _readsInARow = news.IsCompleted ? _readsInARow : 0;
            await news.ConfigureAwait(false);
            _hasMore = true;
        }

        return new ReadResult(Unread, Interlocked.Exchange(ref _isCanceled, 0) != 0, _isEnded);
    }

    /// <summary>Takes what is there, the end included; false when there is nothing yet.</summary>
    /// <remarks>A receive that doesn't fill the buffer has taken all the bytes there were, and what comes later is
    /// news. The end of the peer may have come along with them: it is told by then, or will be.</remarks>
    private bool TryReceive()
    {
        if (_isEnded || Volatile.Read(ref _isCanceled) != 0)
        {
            return true;
        }

        if (!_hasMore && Volatile.Read(ref _isPeerEnding) == 0)
        {
            return false;
        }

        Reserve();
        int room = _buffer.Length - _end;
        int count = Receive();
        _sizeBytes = count == room ? FullBytes : FirstBytes;
        _hasMore = count == room || (count > 0 && !_isShortTheEnd);
        if (count == SocketCalls.WouldBlock)
        {
            if (_start == _end)
            {
                ReturnBuffer();
            }

            return false;
        }

        _end += Math.Max(count, 0);
        _isEnded |= count <= 0;
        return true;
    }

    private int Receive()
    {
        try
        {
            return SocketCalls.Receive(_socket, _buffer.AsSpan(_end));
        }
        catch (ObjectDisposedException)
        {
            return SocketCalls.Failed;
        }
    }

    /// <summary>Makes room behind what is unread: moves it to the front, or into a larger buffer.</summary>
    private void Reserve()
    {
        int unread = _end - _start;
        if (_buffer.Length > 0 && _end < _buffer.Length && (_start == 0 || _end < _buffer.Length / 2))
        {
            return;
        }

        byte[] target = _buffer;
        if (unread >= _buffer.Length / 2)
        {
            target = ArrayPool<byte>.Shared.Rent(Math.Max(_sizeBytes, unread * 2));
        }

        _buffer.AsSpan(_start, unread).CopyTo(target);
        if (!ReferenceEquals(target, _buffer))
        {
            GiveBack(_buffer);
            _buffer = target;
        }

        _examined -= _start;
        _start = 0;
        _end = unread;
    }

    private void ReturnBuffer()
    {
        GiveBack(_buffer);
        _buffer = [];
        _start = _end = _examined = 0;
    }

    private static void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
