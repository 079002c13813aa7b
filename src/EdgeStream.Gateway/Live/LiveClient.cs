using System.Net.WebSockets;
using System.Threading.Channels;

namespace EdgeStream.Gateway.Live;

/// <summary>One browser at the live feed. A message that finds its queue full is dropped and counted.</summary>
internal sealed class LiveClient
{
    // Six seconds of feed: past that a browser is better served by what comes next than by what was.
    private const int QueueLengthMax = 64;
    private const int ReceiveBufferSize = 1024;

    private readonly WebSocket _socket;
    private readonly Channel<ReadOnlyMemory<byte>> _queue;
    private long _dropped;

    /// <summary>Takes an accepted socket; the caller keeps it.</summary>
    public LiveClient(WebSocket socket)
    {
        _socket = socket;
        _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(QueueLengthMax)
            {
                FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true,
            },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Messages that were dropped because the browser did not read.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Queues a message, or drops it.</summary>
    public void Offer(ReadOnlyMemory<byte> message) => _queue.Writer.TryWrite(message);

    /// <summary>Sends what is queued until the browser leaves or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receive = ReceiveAsync(stop);
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(stop.Token))
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // The browser has left, or the gateway stops: either way this client is over.
        }

        await stop.CancelAsync();
        await receive;
    }

    /// <summary>Reads and ignores what the browser sends, to notice that it leaves.</summary>
    private async Task ReceiveAsync(CancellationTokenSource stop)
    {
        var buffer = new byte[ReceiveBufferSize];
        try
        {
            while (_socket.State == WebSocketState.Open)
            {
                var result = await _socket.ReceiveAsync(buffer.AsMemory(), stop.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop.Token);
                    break;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // As above: the connection is gone, and the sender learns of it next.
        }

        await stop.CancelAsync();
    }
}
