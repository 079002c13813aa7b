using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>An HTTP server in this process that takes lines of numbered JSON, and remembers which came when.</summary>
/// <remarks>What has a number below the count had waited; what has a higher one is live. Of what had waited, those that
/// are marked as history come in their order, and the few that went out before them in theirs.</remarks>
internal sealed class ArrivalSink(int recordCount) : IDisposable
{
    private const int HeadBytesMax = 16 << 10;
    private const int RequestBytesMax = 8 << 20;
    private static readonly byte[] HistoryHeader = "\r\nX-Edgestream-Historical: true"u8.ToArray();
    private static readonly byte[] NumberPrefix = "{\"number\":"u8.ToArray();
    private static readonly byte[] Taken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly bool[] _seen = new bool[recordCount];
    private readonly Dictionary<int, long> _live = [];
    private readonly Lock _gate = new();
    private readonly int[] _newest = [-1, -1];
    private LoopbackServer? _server;
    private int _backlogCount;
    private long _repeats;
    private bool _isInOrder = true;

    /// <summary>Where it listens, once it is open.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>When the first request was there whole; 0 while there is none.</summary>
    public long FirstAt { get; private set; }

    /// <summary>When the last record that had waited came; 0 while some are missing.</summary>
    public long DrainedAt { get; private set; }

    /// <summary>How many of those that had waited came.</summary>
    public int BacklogCount => Volatile.Read(ref _backlogCount);

    /// <summary>How many records came more than once.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>Whether those that had waited came in their order, marked ones and others each by themselves.</summary>
    public bool IsBacklogInOrder => _isInOrder;

    /// <summary>When a live record came; null while it has not.</summary>
    public long? ArrivalOf(int number)
    {
        lock (_gate)
        {
            return _live.TryGetValue(number, out var at) ? at : null;
        }
    }

    /// <summary>Listens from now on; returns when that was.</summary>
    public long Open()
    {
        _server = new LoopbackServer(ServeAsync, Port);
        return TimeProvider.System.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose() => _server?.Dispose();

    private async Task ServeAsync(Socket client, CancellationToken stop)
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
            Take(buffer.AsSpan(0, size));
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

    private void Take(ReadOnlySpan<byte> request)
    {
        var now = TimeProvider.System.GetTimestamp();
        var head = request[..request.IndexOf("\r\n\r\n"u8)];
        ref var newest = ref _newest[head.IndexOf(HistoryHeader) >= 0 ? 1 : 0];
        lock (_gate)
        {
            FirstAt = FirstAt == 0 ? now : FirstAt;
            foreach (var range in request.Split((byte)'\n'))
            {
                var line = request[range];
                if (line.StartsWith(NumberPrefix)
                    && Utf8Parser.TryParse(line[NumberPrefix.Length..], out int number, out _))
                {
                    Take(number, now, ref newest);
                }
            }
        }
    }

    private void Take(int number, long now, ref int newest)
    {
        if (number >= _seen.Length)
        {
            _repeats += _live.TryAdd(number, now) ? 0 : 1;
            return;
        }

        if (_seen[number])
        {
            _repeats++;
            return;
        }

        _seen[number] = true;
        _isInOrder &= number > newest;
        newest = number;
        _backlogCount++;
        DrainedAt = _backlogCount == _seen.Length ? now : 0;
    }
}
