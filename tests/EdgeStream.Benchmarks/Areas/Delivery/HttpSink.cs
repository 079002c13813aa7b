using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>An HTTP/1.1 server in this process that reads bodies, drops them, and says 200: less is not possible.
/// </summary>
internal sealed class HttpSink : IAsyncDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly LoopbackServer _server;
    private long _bodyBytes;

    /// <summary>Starts it.</summary>
    public HttpSink() => _server = new LoopbackServer(ServeAsync);

    /// <summary>Where it listens.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}/");

    /// <summary>What came, in bytes.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var length = 0; ;)
            {
                var head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (head < 0)
                {
                    var count = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
                    if (count == 0)
                    {
                        return;
                    }

                    length += count;
                    continue;
                }

                var body = BodyLengthOf(buffer.AsSpan(0, head));
                Interlocked.Add(ref _bodyBytes, body);
                var rest = body - (length - head - 4);
                while (rest > 0)
                {
                    var count = await socket.ReceiveAsync(buffer, stop);
                    rest -= count > 0 ? count : throw new IOException("A body is cut off.");
                }

                length = 0;
                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long BodyLengthOf(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        return head.IndexOf(name) is >= 0 and var at
            && Utf8Parser.TryParse(head[(at + name.Length)..], out long length, out _)
                ? length : throw new InvalidDataException("A request has no length.");
    }
}
