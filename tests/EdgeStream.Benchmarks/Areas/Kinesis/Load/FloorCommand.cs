using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeStream.Benchmarks.Areas.Mqtt.Load;
using EdgeStream.Benchmarks.Areas.Storage.Limits;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>What no server of records can be faster than here: one thread on epoll that writes what has come into one
/// file, syncs it and answers, without looking at what was asked.</summary>
internal static class FloorCommand
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "kinesis-floor";

    private const int Listener = 0;
    private const int ReadyMax = 256;
    private const long FileSizeBytes = 64 << 20;

    private const string Body =
        """{"ShardId":"shardId-000000000000","SequenceNumber":"1","StreamStatus":"ACTIVE"}""";

    private static readonly byte[] Answer = System.Text.Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));

    /// <summary>Serves until it is killed.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        using var file = PlainFile.Create(arguments[1], FileSizeBytes);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(arguments[0], CultureInfo.InvariantCulture)));
        listener.Listen();
        listener.Blocking = false;
        using var epoll = new Epoll();
        epoll.Watch(listener, Listener);
        var connections = new List<FloorConnection>();
        var asking = new List<FloorConnection>();
        Span<int> ready = stackalloc int[ReadyMax];
        for (long offset = 0; ;)
        {
            asking.Clear();
            foreach (var number in ready[..epoll.Wait(ready, timeoutMs: -1)])
            {
                if (number == Listener)
                {
                    Accept(listener, epoll, connections);
                }
                else if (connections[number - 1].Receive())
                {
                    asking.Add(connections[number - 1]);
                }
            }

            offset = Serve(file, offset, asking);
        }
    }

    private static long Serve(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, List<FloorConnection> asking)
    {
        foreach (var connection in asking)
        {
            RandomAccess.Write(file, connection.Request, offset);
            offset = (offset + connection.Request.Length) % (FileSizeBytes / 2);
        }

        if (asking.Count > 0)
        {
            PlainFile.Sync(file);
        }

        foreach (var connection in asking)
        {
            connection.Answer(Answer);
        }

        return offset;
    }

    private static void Accept(Socket listener, Epoll epoll, List<FloorConnection> connections)
    {
        var socket = listener.Accept();
        socket.NoDelay = true;
        socket.Blocking = false;
        connections.Add(new FloorConnection(socket));
        epoll.Watch(socket, connections.Count);
    }
}
