using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>One that takes requests of HTTP with lines of JSON.</summary>
internal sealed class HttpArrivalSink(int recordCount, bool isLiveFirst) : ArrivalSink(recordCount, isLiveFirst)
{
    private const int HeadBytesMax = 16 << 10;
    private const int RequestBytesMax = 8 << 20;
    private static readonly byte[] HistoryHeader = "\r\nX-Edgestream-Historical: true"u8.ToArray();
    private static readonly byte[] Taken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    /// <inheritdoc/>
    protected override async Task ServeAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client);
        var buffer = new byte[64 << 10];
        var length = 0;
        while (true)
        {
            while (RequestLength(buffer.AsSpan(0, length)) is var whole && (whole == 0 || whole > length))
            {
                if (Math.Max(whole, length + 1) > buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Max(whole, buffer.Length * 2));
                }

                var count = await stream.ReadAsync(buffer.AsMemory(length), stop);
                if (count == 0)
                {
                    return;
                }

                length += count;
            }

            var size = RequestLength(buffer.AsSpan(0, length));
            TakeRequest(buffer.AsSpan(0, size));
            await stream.WriteAsync(Taken, stop);
            buffer.AsSpan(size, length - size).CopyTo(buffer);
            length -= size;
        }
    }

    /// <summary>How long a request is with its body; 0 while its head is not there.</summary>
    private static int RequestLength(ReadOnlySpan<byte> bytes)
    {
        const string Name = "content-length:";
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return bytes.Length < HeadBytesMax ? 0 : throw new IOException("The head of a request does not end.");
        }

        var head = Encoding.ASCII.GetString(bytes[..end]);
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0 || !Utf8Parser.TryParse(bytes[(at + Name.Length)..].TrimStart((byte)' '), out int body, out _)
            || body > RequestBytesMax)
        {
            throw new IOException($"The length of a request is not as it should be: {head}");
        }

        return end + 4 + body;
    }

    private void TakeRequest(ReadOnlySpan<byte> request)
    {
        var end = request.IndexOf("\r\n\r\n"u8);
        Take(request[(end + 4)..], isMarked: request[..end].IndexOf(HistoryHeader) >= 0);
    }
}
