using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>TCP ports on 127.0.0.1 that nobody listens on, and nobody takes.</summary>
/// <remarks>They lie outside of the range from which the kernel gives ports to connections and to listeners without a
/// number, so that a server which is stopped and started again, or started late, finds its port free. Each is held for
/// this process, to its end, by a UDP socket of the same number: other processes that look for ports here pass it over.
/// </remarks>
public static class FreePort
{
    private const int First = 10_000;
    private const int CountMin = 1_000;
    private const int Last = IPEndPoint.MaxPort;

    private static readonly Lock Gate = new();
    private static readonly List<Socket> Held = [];
    private static readonly (int First, int Count) Range = FindRange();
    private static int _next = Environment.ProcessId * 61;

    /// <summary>A port that is free now, and never the same one twice.</summary>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Next()
    {
        lock (Gate)
        {
            for (var tried = 0; tried < Range.Count; tried++)
            {
                var port = Range.First + (_next++ % Range.Count);
                if (TryHold(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException(
            $"No port from {Range.First} to {Range.First + Range.Count - 1} is free on 127.0.0.1.");
    }

    private static bool TryHold(int port)
    {
        var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            holder.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            Held.Add(holder);
            return true;
        }
        catch (SocketException)
        {
            holder.Dispose();
            return false;
        }
    }

    /// <summary>The ports below the kernel's own, or else above them; where it has nearly all, any.</summary>
    private static (int First, int Count) FindRange()
    {
        var own = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var low = int.Parse(own[0], CultureInfo.InvariantCulture);
        var high = int.Parse(own[1], CultureInfo.InvariantCulture);
        return low - First >= CountMin ? (First, low - First)
            : Last - high >= CountMin ? (high + 1, Last - high)
            : (First, Last - First + 1);
    }
}
