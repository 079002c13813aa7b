using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace EdgeStream.Testing;

/// <summary>One connection over a <see cref="FaultyLink"/>, from its beginning to its end.</summary>
internal sealed class LinkConnection(FaultyLink link, Socket near, LinkScript script)
{
    private const int BufferBytes = 8192;
    private const int HeadBytesMax = 32 << 10;

    /// <summary>A connection that drips passes a piece this often.</summary>
    private const int PiecesPerSecond = 20;

    /// <summary>How long the answer that is swallowed may go on, so that more than its beginning is lost.</summary>
    private static readonly TimeSpan LostTime = TimeSpan.FromMilliseconds(60);

    /// <summary>How long a client may take to close what was answered with "close".</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Random _random = new(script.Seed);
    private readonly Lock _gate = new();
    private int _passedBytes;
    private volatile bool _hasStruck;

    /// <summary>Whether nothing goes wrong with it.</summary>
    public bool IsHealthy => script.Fault == LinkFault.None;

    /// <summary>Ends it, without a word on either side.</summary>
    public void Reset()
    {
        Reset(near);
        Reset(_far);
    }

    /// <summary>Relays until either side, the fault or the test ends it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            near.NoDelay = true;
            if (script.Fault == LinkFault.Refused)
            {
                Strike();
                Reset();
                return;
            }

            await ServeAsync(stop);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or AuthenticationException or InvalidOperationException)
        {
            // One of them has gone, the server is down, the client trusts nobody, or the test is over.
        }
        finally
        {
            near.Dispose();
            _far.Dispose();
        }
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        Stream client = new NetworkStream(near);
        Stream? server = null;
        if (!script.IsAnswered)
        {
            _far.NoDelay = true;
            await _far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, link.Target), stop);
            server = new NetworkStream(_far);
            if (link.Front.IsServerFirst)
            {
                await PassLineAsync(server, client, stop);
            }
        }

        if (script.IsUntrusted)
        {
            Strike();
        }

        var secure = await link.Front.SecureAsync(client, script.Fault, stop);
        await using var owned = secure;
        if (script.IsUntrusted)
        {
            await ExpectNothingAsync(secure, stop);
        }
        else if (server is null)
        {
            await AnswerAsync(secure, stop);
        }
        else
        {
            await Task.WhenAny(
                PumpAsync(secure, server, isAnswer: false, stop), PumpAsync(server, secure, isAnswer: true, stop));
        }
    }

    private static async Task PassLineAsync(Stream from, Stream to, CancellationToken stop)
    {
        var one = new byte[1];
        do
        {
            await from.ReadExactlyAsync(one, stop);
            await to.WriteAsync(one, stop);
        }
        while (one[0] != (byte)'\n');
    }

    /// <summary>With TLS 1.3 the server is through before the client has looked at its certificate.</summary>
    private async Task ExpectNothingAsync(Stream client, CancellationToken stop)
    {
        if (await client.ReadAsync(new byte[1], stop) > 0)
        {
            link.Betray();
        }
    }

    /// <summary>Reads one request of HTTP/1.1 and refuses it.</summary>
    private async Task AnswerAsync(Stream client, CancellationToken stop)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < HeadBytesMax && !IsWhole(head))
        {
            await client.ReadExactlyAsync(one, stop);
            head.Add(one[0]);
        }

        var text = Encoding.ASCII.GetString([.. head]);
        if (!text.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await client.ReadExactlyAsync(new byte[LengthOf(text)], stop);
        }

        Strike();
        await client.WriteAsync(LinkAnswer.Of(script.Fault, link.Front.AnswerForm), stop);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        closing.CancelAfter(CloseTime);
        while (await client.ReadAsync(new byte[BufferBytes], closing.Token) > 0)
        {
            // What the client still had on its way.
        }
    }

    private static bool IsWhole(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';

    private static int LengthOf(string head)
    {
        const string Name = "\r\ncontent-length:";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return 0;
        }

        var rest = head[(at + Name.Length)..];
        return int.Parse(rest[..rest.IndexOf('\r', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private async Task PumpAsync(Stream from, Stream to, bool isAnswer, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await from.ReadAsync(buffer, stop)) > 0)
        {
            var rest = buffer.AsMemory(0, count);
            while (rest.Length > 0 && !IsSwallowed(rest.Span, isAnswer))
            {
                var piece = rest[..PieceOf(rest.Length, isAnswer)];
                await PaceAsync(piece.Length, stop);
                await to.WriteAsync(piece, stop);
                rest = rest[piece.Length..];
                if (IsDue(piece.Length, isAnswer))
                {
                    StrikeNow();
                }
            }

            if (rest.Length > 0 && isAnswer && script.Fault == LinkFault.AnswerLost)
            {
                await Task.Delay(LostTime, stop);
                Reset();
                return;
            }
        }
    }

    /// <summary>Whether what is read now goes nowhere. What asks for the rest of a request is no answer.</summary>
    private bool IsSwallowed(ReadOnlySpan<byte> bytes, bool isAnswer) => _hasStruck
        && (script.Fault == LinkFault.Silence
            || (isAnswer && script.Fault == LinkFault.AnswerLost && !bytes.StartsWith("HTTP/1.1 100"u8)));

    /// <summary>How much passes at once: no more than until the fault strikes.</summary>
    private int PieceOf(int length, bool isAnswer)
    {
        if (script.BytesPerSecond > 0)
        {
            length = Math.Min(length, Math.Max(1, script.BytesPerSecond / PiecesPerSecond));
        }

        lock (_gate)
        {
            return script.Fault == LinkFault.None || _hasStruck || isAnswer != script.IsAboutAnswer
                ? length : Math.Clamp(script.AfterBytes - _passedBytes, 1, length);
        }
    }

    private Task PaceAsync(int length, CancellationToken stop)
    {
        var late = TimeSpan.Zero;
        lock (_gate)
        {
            if (script.DelayMax > TimeSpan.Zero)
            {
                late = script.DelayMax * _random.NextDouble();
            }
        }

        if (script.BytesPerSecond > 0)
        {
            late += TimeSpan.FromSeconds((double)length / script.BytesPerSecond);
        }

        return late > TimeSpan.Zero ? Task.Delay(late, stop) : Task.CompletedTask;
    }

    private bool IsDue(int length, bool isAnswer)
    {
        lock (_gate)
        {
            if (script.Fault == LinkFault.None || _hasStruck || isAnswer != script.IsAboutAnswer)
            {
                return false;
            }

            _passedBytes += length;
            return _passedBytes >= script.AfterBytes;
        }
    }

    private void StrikeNow()
    {
        Strike();
        switch (script.Fault)
        {
            case LinkFault.AnswerCut:
                near.Shutdown(SocketShutdown.Both);
                break;
            case LinkFault.Silence or LinkFault.AnswerLost:
                // From now on bytes are swallowed.
                break;
            default:
                Reset();
                break;
        }
    }

    private void Strike()
    {
        _hasStruck = true;
        link.Strike(script.Fault);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
            // It has gone, or was never connected.
        }

        socket.Dispose();
    }
}
