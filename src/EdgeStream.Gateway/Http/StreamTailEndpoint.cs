using System.Buffers;
using System.Net.WebSockets;
using EdgeStream.Gateway.Composition;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /api/streams/{stream}/live</c>: records as they come, over WebSocket or as server-sent
/// events.</summary>
/// <remarks>
/// Every message is a page as <c>GET …/records</c> answers it. There is no queue: each client is a reader of the log at
/// its own pace, with one page of at most about 256 KiB in memory. One that reads slowly falls behind and misses
/// nothing that the stream keeps; what was evicted meanwhile it is told as gaps. One that takes nothing for 30 seconds
/// is hung up on. At most <see cref="ClientCountMax"/> clients.
/// </remarks>
internal sealed class StreamTailEndpoint(GatewayParts parts)
{
    /// <summary>Clients at the same time.</summary>
    public const int ClientCountMax = 64;

    private const int RecordsPerPageMax = 500;
    private const int PageBytesMax = 256 << 10;
    private const int ReceiveBufferBytes = 1024;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SendTimeMax = TimeSpan.FromSeconds(30);

    private int _clients;
    private long _hungUp;

    /// <summary>Clients that follow a stream now.</summary>
    public int ClientCount => Volatile.Read(ref _clients);

    /// <summary>Clients that were hung up on, as they took nothing.</summary>
    public long HungUp => Interlocked.Read(ref _hungUp);

    /// <summary>Serves the client until it leaves or the gateway stops.</summary>
    public async Task HandleAsync(HttpContext context, DataStream stream)
    {
        var query = context.Request.Query;
        var shards = RecordsReadEndpoint.ShardsOf(stream, query["shard"]);
        var from = context.Request.Headers["Last-Event-ID"].FirstOrDefault() is { Length: > 0 } last
            ? last : query["from"].FirstOrDefault() ?? "latest";
        var positions = RecordCursor.Parse(from, shards, stream.Shards);
        try
        {
            if (Interlocked.Increment(ref _clients) > ClientCountMax)
            {
                throw new ApiException(new ApiError(
                    StatusCodes.Status503ServiceUnavailable, "too_many_clients",
                    $"{ClientCountMax} clients follow streams already.", "Close one and try again."));
            }

            using var reading = new RecordReading(stream, shards, positions, query["key"]);
            var isOneShard = !string.IsNullOrEmpty(query["shard"]);
            await (context.WebSockets.IsWebSocketRequest
                ? ServeSocketAsync(context, stream, reading, isOneShard)
                : ServeEventsAsync(context, stream, reading, isOneShard));
        }
        finally
        {
            Interlocked.Decrement(ref _clients);
        }
    }

    private async Task ServeSocketAsync(
        HttpContext context, DataStream stream, RecordReading reading, bool isOneShard)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping, context.RequestAborted);
        var receiving = ReceiveAsync(socket, stop);
        try
        {
            await FollowAsync(
                stream, reading, isOneShard,
                (page, token) => socket.SendAsync(page, WebSocketMessageType.Text, endOfMessage: true, token),
                silence: null, stop.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // The client has left or takes nothing, or the gateway stops: either way it is over.
        }

        await stop.CancelAsync();
        socket.Abort();
        await receiving;
    }

    private async Task ServeEventsAsync(
        HttpContext context, DataStream stream, RecordReading reading, bool isOneShard)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping, context.RequestAborted);
        try
        {
            await FollowAsync(
                stream, reading, isOneShard,
                async (page, token) => await response.Body.WriteAsync(EventOf(page, reading.Next), token),
                silence: async token => await response.Body.WriteAsync(":\n\n"u8.ToArray(), token), stop.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    /// <summary>Sends the place where it begins, so that a client that is cut off at once goes on there, then page
    /// after page.</summary>
    /// <remarks>Where all records are of other keys, a page without any tells after 15 seconds how far they were
    /// passed: the client needs not pass them again, and one that has gone is noticed.</remarks>
    private async Task FollowAsync(
        DataStream stream,
        RecordReading reading,
        bool isOneShard,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send,
        Func<CancellationToken, ValueTask>? silence,
        CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        var isFirst = true;
        var hasPassed = false;
        var told = parts.Time.GetTimestamp();
        while (true)
        {
            var seen = stream.Shards;
            if (!isOneShard)
            {
                reading.Follow(seen);
            }

            body.ResetWrittenCount();
            var page = reading.Fill(body, RecordsPerPageMax, PageBytesMax);
            hasPassed |= page.Looked > 0;
            if (!page.IsEmpty || isFirst || (hasPassed && parts.Time.GetElapsedTime(told) >= SilenceMax))
            {
                isFirst = hasPassed = false;
                told = parts.Time.GetTimestamp();
                await WithinTimeAsync(token => send(body.WrittenMemory, token), cancellationToken);
            }
            else if (page.Looked == 0)
            {
                var began = parts.Time.GetTimestamp();
                await reading.WaitAsync(stream.WhenShardsChange(seen), SilenceMax, parts, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (silence is not null && parts.Time.GetElapsedTime(began) >= SilenceMax)
                {
                    await WithinTimeAsync(silence, cancellationToken);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask WithinTimeAsync(
        Func<CancellationToken, ValueTask> send, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SendTimeMax, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await send(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Interlocked.Increment(ref _hungUp);
            throw;
        }
    }

    /// <summary>One event: its id is where the stream goes on, its data the page in one line.</summary>
    private static ReadOnlyMemory<byte> EventOf(ReadOnlyMemory<byte> page, string next)
    {
        var text = new ArrayBufferWriter<byte>(page.Length + next.Length + 32);
        text.Write("event: records\nid: "u8);
        text.Write(System.Text.Encoding.ASCII.GetBytes(next));
        text.Write("\ndata: "u8);
        var line = text.GetSpan(page.Length)[..page.Length];
        page.Span.CopyTo(line);

        // A line break in JSON stands between its tokens only.
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        text.Advance(page.Length);
        text.Write("\n\n"u8);
        return text.WrittenMemory;
    }

    /// <summary>Reads and ignores what the client sends, to notice that it leaves.</summary>
    private static async Task ReceiveAsync(WebSocket socket, CancellationTokenSource stop)
    {
        var buffer = new byte[ReceiveBufferBytes];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(), stop.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop.Token);
                    break;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // As above: the connection is gone.
        }

        await stop.CancelAsync();
    }
}
