using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Testing;

/// <summary>An HTTP/1.1 server on 127.0.0.1 whose answers a test decides, wrong and broken ones too.</summary>
/// <remarks>Requests are answered one after another, in the order in which they came.</remarks>
public sealed class HttpStandIn : IAsyncDisposable
{
    private readonly ConcurrentQueue<StandInRequest> _requests = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Func<StandInRequest, StandInAnswer> _answer;
    private readonly LoopbackServer _server;

    /// <summary>Starts it.</summary>
    public HttpStandIn(Func<StandInRequest, StandInAnswer> answer)
    {
        _answer = answer;
        _server = new LoopbackServer(ServeAsync);
    }

    /// <summary>Its URL, with a slash at the end.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}/");

    /// <summary>What came so far.</summary>
    public IReadOnlyList<StandInRequest> Requests => [.. _requests];

    /// <summary>Nobody listens any more; connections that are there stay.</summary>
    public void Close() => _server.Close();

    /// <summary>Listens again.</summary>
    public void Open() => _server.Open();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        await using var stream = new NetworkStream(client);
        var reader = new BufferedStream(stream);
        while (await ReadAsync(reader, stop) is { } request)
        {
            await _turn.WaitAsync(stop);
            StandInAnswer answer;
            try
            {
                _requests.Enqueue(request);
                answer = _answer(request);
            }
            finally
            {
                _turn.Release();
            }

            if (!await WriteAsync(stream, answer, stop))
            {
                return;
            }
        }
    }

    private static async Task<bool> WriteAsync(Stream stream, StandInAnswer answer, CancellationToken stop)
    {
        if (answer.IsSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {answer.Status} X\r\nContent-Length: {body.Length}\r\n")
            + string.Concat(answer.Headers.Select(header => header + "\r\n")) + "\r\n";
        byte[] bytes = [.. Encoding.ASCII.GetBytes(head), .. body];
        var count = Math.Min(bytes.Length, answer.CutAfter ?? bytes.Length);
        var piece = answer.IsDripped ? 1 : Math.Max(1, count);
        for (var at = 0; at < count; at += piece)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(piece, count - at)), stop);
            await Task.Yield();
        }

        return answer.CutAfter is null;
    }

    private static async Task<StandInRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var lines = new List<string>();
        var line = new List<byte>();
        var one = new byte[1];
        while (lines.Count == 0 || lines[^1].Length > 0)
        {
            if (await stream.ReadAsync(one, stop) == 0)
            {
                return null;
            }

            if (one[0] == (byte)'\n')
            {
                lines.Add(Encoding.UTF8.GetString([.. line]).TrimEnd('\r'));
                line.Clear();
            }
            else
            {
                line.Add(one[0]);
            }
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in lines[1..^1])
        {
            var at = header.IndexOf(':', StringComparison.Ordinal);
            headers[header[..at]] = header[(at + 1)..].Trim();
        }

        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop);
        return new StandInRequest(lines[0].Split(' ')[1], headers, body);
    }
}
