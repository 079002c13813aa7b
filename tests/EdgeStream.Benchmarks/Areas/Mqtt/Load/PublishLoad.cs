using System.Buffers.Binary;
using System.Globalization;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>Publishers that keep a window full: 20 messages of QoS 1, or some hundreds of QoS 0.</summary>
/// <remarks>
/// QoS 0 has no answer: a PINGREQ behind every 50 messages has, and a broker answers it after what came before. So no
/// broker is sent more than it reads. Only what is answered in the measured time counts.
/// </remarks>
internal sealed class PublishLoad : IDisposable
{
    private const int Window = 20;
    private const int MessagesPerPing = 50;
    private const int PingsInFlight = 8;
    private const int MessagesPerSample = 8;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    private readonly Epoll _epoll = new();
    private readonly Publisher[] _publishers;
    private readonly TimeSpan _warmUp;
    private readonly TimeSpan _end;
    private readonly int _qos;
    private readonly List<double> _latenciesMs = [];
    private long _started;
    private long _sent;
    private long _count;
    private long _counted;
    private int _inFlight;

    /// <summary>Connects the publishers.</summary>
    public PublishLoad(int port, int publishers, int qos, TimeSpan warmUp, TimeSpan duration)
    {
        _qos = qos;
        _warmUp = warmUp;
        _end = warmUp + duration;
        _publishers = new Publisher[publishers];
        for (var number = 0; number < publishers; number++)
        {
            var connection = LoadConnection.Connect(port, number, "load");
            var topic = string.Create(CultureInfo.InvariantCulture, $"load/{number}/state");
            _publishers[number] = new Publisher(connection, LoadPackets.PublishTo(topic, qos));
            connection.Join(_epoll);
        }
    }

    /// <summary>Publishes for a while.</summary>
    public LoadReport Run()
    {
        _started = TimeProvider.System.GetTimestamp();
        foreach (var publisher in _publishers)
        {
            Fill(publisher);
            publisher.Connection.Flush(_epoll);
        }

        Span<int> ready = stackalloc int[256];
        while (_inFlight > 0 && Elapsed < _end + DrainTime)
        {
            var count = _epoll.Wait(ready, timeoutMs: 100);
            foreach (var number in ready[..count])
            {
                var publisher = _publishers[number];
                publisher.Connection.Receive(Take);
                Fill(publisher);
                publisher.Connection.Flush(_epoll);
            }
        }

        return LoadReport.Of(_counted / (_end - _warmUp).TotalSeconds, _sent, _count, _latenciesMs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var publisher in _publishers)
        {
            publisher.Connection.Dispose();
        }

        _epoll.Dispose();
    }

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    private void Fill(Publisher publisher)
    {
        var isOver = Elapsed >= _end;
        var windowSize = _qos == 0 ? PingsInFlight : Window;
        for (; !isOver && publisher.InFlight < windowSize; publisher.InFlight++, _inFlight++)
        {
            if (_qos > 0)
            {
                var identifier = publisher.NextIdentifier();
                publisher.SentAt[identifier] = TimeProvider.System.GetTimestamp();
                LoadPackets.SetIdentifier(publisher.Packet, identifier);
                publisher.Connection.Add(publisher.Packet);
                _sent++;
                continue;
            }

            for (var message = 0; message < MessagesPerPing; message++)
            {
                publisher.Connection.Add(publisher.Packet);
            }

            _sent += MessagesPerPing;
            publisher.Connection.Add(LoadPackets.Pingreq);
        }
    }

    private void Take(LoadConnection connection, byte header, ReadOnlySpan<byte> body)
    {
        if (header is not (LoadPackets.Puback or LoadPackets.Pingresp))
        {
            return;
        }

        var publisher = _publishers[connection.Number];
        var messages = header == LoadPackets.Puback ? 1 : MessagesPerPing;
        publisher.InFlight--;
        _inFlight--;
        _count += messages;
        var elapsed = Elapsed;
        if (elapsed < _warmUp || elapsed >= _end)
        {
            return;
        }

        _counted += messages;
        if (header == LoadPackets.Puback
            && BinaryPrimitives.ReadUInt16BigEndian(body) is var identifier
            && identifier % MessagesPerSample == 0)
        {
            var sentAt = publisher.SentAt[identifier];
            _latenciesMs.Add(TimeProvider.System.GetElapsedTime(sentAt).TotalMilliseconds);
        }
    }

    private sealed class Publisher(LoadConnection connection, byte[] packet)
    {
        /// <summary>Identifiers go round; a window is far smaller.</summary>
        private const ushort IdentifierMax = 1024;

        private ushort _identifier;

        internal LoadConnection Connection => connection;

        internal byte[] Packet => packet;

        internal long[] SentAt { get; } = new long[IdentifierMax + 1];

        internal int InFlight { get; set; }

        internal ushort NextIdentifier() => _identifier = (ushort)(_identifier == IdentifierMax ? 1 : _identifier + 1);
    }
}
