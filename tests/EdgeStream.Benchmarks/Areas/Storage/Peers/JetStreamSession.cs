using System.Net.Sockets;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>A connection that publishes to a stream of its own and counts the acknowledgements.</summary>
internal sealed class JetStreamSession : IStoreSession
{
    private const int InFlightMax = 8192;
    private const int OutputBytes = 64 << 10;
    private const int InputBytes = 256 << 10;
    private const string StreamConfig =
        """{"name":"bench","subjects":["bench"],"storage":"file","retention":"limits","num_replicas":1}""";

    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    private readonly JetStreamServer _server;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Thread _reader;
    private readonly SemaphoreSlim _room = new(InFlightMax);
    private readonly byte[] _output = new byte[OutputBytes];
    private int _outputLength;

    /// <summary>Starts a server, connects, and makes the stream.</summary>
    public JetStreamSession(string folder)
    {
        _server = JetStreamServer.Start(folder);
        _socket.Connect("127.0.0.1", _server.Port);
        Add("CONNECT {\"verbose\":false}\r\nSUB ack 1\r\n"u8);
        _room.Wait();
        Add(Encoding.ASCII.GetBytes(
            $"PUB $JS.API.STREAM.CREATE.bench ack {StreamConfig.Length}\r\n{StreamConfig}\r\n"));
        Send();
        _reader = new Thread(ReadAcks) { IsBackground = true, Name = "acknowledgements" };
        _reader.Start();
        WaitForAll();
    }

    /// <inheritdoc/>
    public bool BlocksProducers => true;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record)
    {
        if (!_room.Wait(0))
        {
            Send();
            _room.Wait();
        }

        Span<byte> head = stackalloc byte[32];
        _ = System.Text.Unicode.Utf8.TryWrite(head, $"PUB bench ack {record.Length}\r\n", out var length);
        Add(head[..length]);
        Add(record);
        Add(LineEnd);
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync()
    {
        Send();
        WaitForAll();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record) =>
        throw new NotSupportedException("This server cannot sync before it acknowledges.");

    /// <inheritdoc/>
    public long Scan() => throw new NotSupportedException("A consumer is pushed its messages over the network.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _reader.Join();
        _server.Dispose();
        _room.Dispose();
    }

    private void WaitForAll()
    {
        for (var count = 0; count < InFlightMax; count++)
        {
            _room.Wait();
        }

        _room.Release(InFlightMax);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_outputLength + bytes.Length > OutputBytes)
        {
            Send();
        }

        bytes.CopyTo(_output.AsSpan(_outputLength));
        _outputLength += bytes.Length;
    }

    private void Send()
    {
        for (var sent = 0; sent < _outputLength;)
        {
            sent += _socket.Send(_output, sent, _outputLength - sent, SocketFlags.None);
        }

        _outputLength = 0;
    }

    /// <summary>An acknowledgement is a message; nothing else on this connection begins a line with "MSG".</summary>
    private void ReadAcks()
    {
        var input = new byte[InputBytes];
        var length = 0;
        try
        {
            while (_socket.Receive(input.AsSpan(length)) is > 0 and var received)
            {
                length += received;
                var used = input.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
                var count = input.AsSpan(0, used).Count("MSG ack "u8);
                if (count > 0)
                {
                    _room.Release(count);
                }

                input.AsSpan(used, length - used).CopyTo(input);
                length -= used;
            }
        }
        catch (SocketException)
        {
            // The session was closed.
        }
    }
}
