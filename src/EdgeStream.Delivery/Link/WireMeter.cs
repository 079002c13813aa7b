using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Delivery;

/// <summary>Counts what a delivery sends and receives, and lets it send no faster than it may.</summary>
/// <remarks>
/// <para>Counted are the bytes of the connections: requests and answers with their headers, and what TLS adds; not what
/// TCP, IP and the network below add. Of MQTT: the packets that publish, without acknowledgements.</para>
/// <para>Thread-safe: the shards of the delivery share it.</para>
/// </remarks>
public sealed class WireMeter
{
    private const int PieceBytesLargest = 16 << 10;
    private const int PieceBytesSmallest = 256;
    private const int PiecesPerSecondMin = 4;

    private readonly LinkUse? _use;
    private readonly ByteRate? _rate;

    /// <summary>Makes one for a delivery.</summary>
    internal WireMeter(DeliveryLinkOptions options, LinkUse? use, TimeProvider time)
    {
        _use = use;
        Time = time;
        PieceBytesMax = PieceBytesLargest;
        if (options.BytesPerSecond is { } bytesPerSecond)
        {
            _rate = new ByteRate(bytesPerSecond, time);
            PieceBytesMax = (int)Math.Clamp(
                bytesPerSecond / PiecesPerSecondMin, PieceBytesSmallest, PieceBytesLargest);
        }
    }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>How much is sent at once: 16 KiB at most, or what goes within a quarter of a second.</summary>
    internal int PieceBytesMax { get; }

    /// <summary>One that limits nothing and keeps nothing, for a destination that is opened by itself.</summary>
    public static WireMeter Unlimited(TimeProvider time) => new(new DeliveryLinkOptions(), null, time);

    /// <summary>Waits until so many bytes may go, and counts them.</summary>
    /// <exception cref="IOException">They would go beyond what is known of the month durably, and that cannot be
    /// written.</exception>
    public async ValueTask SendingAsync(int bytes, CancellationToken cancellationToken)
    {
        var wait = _rate?.Take(bytes) ?? TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
        {
            await TimeLimit.HoldAsync(wait, Time, cancellationToken);
        }

        if (_use is not null)
        {
            await _use.CountAsync(bytes, 0);
        }
    }

    /// <summary>Counts what has come.</summary>
    internal ValueTask ReceivedAsync(int bytes) => _use?.CountAsync(0, bytes) ?? ValueTask.CompletedTask;

    /// <summary>Connects a client of HTTP.</summary>
    internal async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ConnectAsync(socket, context.DnsEndPoint, cancellationToken);
            return Over(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects, or says in one word why not: the error of the platform's own method holds the text of a
    /// stack, for which a refusal at each try of an outage reads a megabyte of names from the program's file.</summary>
    private static async ValueTask ConnectAsync(Socket socket, DnsEndPoint server, CancellationToken cancellationToken)
    {
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = server };
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connecting.Completed += (_, _) => ended.SetResult();
        if (socket.ConnectAsync(connecting))
        {
            using var registration = cancellationToken.UnsafeRegister(
                static connecting => Socket.CancelConnectAsync((SocketAsyncEventArgs)connecting!), connecting);
            await ended.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (connecting.SocketError != SocketError.Success)
        {
            throw new SocketException((int)connecting.SocketError);
        }
    }

    /// <summary>A connection whose bytes count; it owns the socket.</summary>
    internal Stream Over(Socket socket) => new MeteredStream(new NetworkStream(socket, ownsSocket: true), this);

    /// <summary>Begins the time of one request.</summary>
    internal TimeLimit Limit(int seconds, CancellationToken cancellationToken) =>
        new(TimeSpan.FromSeconds(seconds), Time, cancellationToken);
}
