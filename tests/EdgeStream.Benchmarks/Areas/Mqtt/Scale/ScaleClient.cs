using EdgeStream.Benchmarks.Areas.Mqtt.Load;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Scale;

/// <summary>One client that sends and waits, on a blocking socket.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ScaleClient : IDisposable
{
    private readonly LoadConnection _connection;
    private readonly Epoll _epoll = new();
    private readonly long[] _came = new long[256];

    /// <summary>Connects.</summary>
    public ScaleClient(int port, int number, string name) => _connection = LoadConnection.Connect(port, number, name);

    /// <summary>Messages that have come.</summary>
    public long Messages { get; private set; }

    /// <summary>Adds a packet to what is sent next.</summary>
    public void Add(ReadOnlySpan<byte> packet) => _connection.Add(packet);

    /// <summary>Sends what was added.</summary>
    public void Flush() => _connection.Flush(_epoll);

    /// <summary>Receives until so many packets of a kind have come in all.</summary>
    public void ReceiveAnswers(byte kind, long count)
    {
        while (_came[kind] < count)
        {
            _connection.Receive(Count);
        }
    }

    /// <summary>Receives until so many messages have come in all.</summary>
    public void ReceiveMessages(long count)
    {
        while (Messages < count)
        {
            _connection.Receive(Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _epoll.Dispose();
    }

    private void Count(LoadConnection connection, byte header, ReadOnlySpan<byte> body)
    {
        if ((header & 0xF0) == LoadPackets.Publish)
        {
            Messages++;
        }
        else
        {
            _came[header]++;
        }
    }
}
