using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>One connection of the floor's server: the request as far as it has come.</summary>
/// <remarks>One request at a time, as the load generator asks. Not thread-safe.</remarks>
internal sealed class FloorConnection(Socket socket) : IDisposable
{
    private const int SizeBytesMax = 64 << 10;

    private readonly byte[] _bytes = new byte[SizeBytesMax];
    private int _length;

    /// <summary>The request's bytes.</summary>
    public ReadOnlySpan<byte> Request => _bytes.AsSpan(0, _length);

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether a request is whole.</returns>
    public bool Receive()
    {
        var count = socket.Receive(_bytes.AsSpan(_length), SocketFlags.None, out var error);
        if (error != SocketError.Success || count == 0)
        {
            if (error != SocketError.WouldBlock)
            {
                socket.Dispose();
            }

            return false;
        }

        _length += count;
        var head = Request.IndexOf("\r\n\r\n"u8);
        return head >= 0 && _length == head + 4 + BodySizeOf(Request[..head]);
    }

    /// <summary>Answers the request.</summary>
    public void Answer(ReadOnlySpan<byte> answer)
    {
        _length = 0;
        socket.Send(answer, SocketFlags.None, out _);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static int BodySizeOf(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var value = head[(head.IndexOf(name) + name.Length)..];
        var end = value.IndexOf((byte)'\r');
        return int.Parse(Encoding.ASCII.GetString(end < 0 ? value : value[..end]));
    }
}
