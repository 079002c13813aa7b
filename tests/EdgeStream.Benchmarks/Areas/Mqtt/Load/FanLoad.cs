using System.Globalization;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>
/// Messages of QoS 0 from publishers to subscribers: many to one, or one to many. A delivery counts, not a publish.
/// </summary>
/// <remarks>
/// No more messages are under way than a window, so that no broker has to drop what a subscriber has not read; if it
/// drops one all the same, the window is opened again after half a second without a delivery.
/// </remarks>
internal sealed class FanLoad : IDisposable
{
    private const int WindowMax = 1000;
    private const int DeliveriesUnderWayMax = 20_000;
    private const int DeliveriesPerSample = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Epoll _epoll = new();
    private readonly LoadConnection[] _publishers;
    private readonly LoadConnection[] _subscribers;
    private readonly byte[][] _packets;
    private readonly TimeSpan _warmUp;
    private readonly TimeSpan _end;
    private readonly int _windowSize;
    private readonly long[] _sentAt = new long[1 << 16];
    private readonly List<double> _latenciesMs = [];
    private long _started;
    private long _sent;
    private long _delivered;
    private long _given;
    private long _counted;
    private int _subscribed;

    /// <summary>Connects publishers and subscribers; each subscriber gets what each publisher sends.</summary>
    public FanLoad(int port, int publishers, int subscribers, TimeSpan warmUp, TimeSpan duration)
    {
        _warmUp = warmUp;
        _end = warmUp + duration;
        _windowSize = Math.Clamp(DeliveriesUnderWayMax / subscribers, 1, WindowMax);
        _subscribers = Connect(port, subscribers, 0, "sub");
        _publishers = Connect(port, publishers, subscribers, "pub");
        _packets = new byte[publishers][];
        for (var number = 0; number < publishers; number++)
        {
            _packets[number] = LoadPackets.PublishTo(
                string.Create(CultureInfo.InvariantCulture, $"fan/{number}/state"), qos: 0);
        }
    }

    /// <summary>Subscribes, then publishes for a while.</summary>
    public LoadReport Run()
    {
        var subscribe = LoadPackets.Subscribe("fan/+/state");
        foreach (var subscriber in _subscribers)
        {
            subscriber.Add(subscribe);
            subscriber.Flush(_epoll);
        }

        Span<int> ready = stackalloc int[256];
        while (_subscribed < _subscribers.Length)
        {
            Serve(ready);
        }

        _started = TimeProvider.System.GetTimestamp();
        var deliveredAt = _started;
        while (Elapsed < _end)
        {
            Publish();
            var before = _delivered;
            Serve(ready);
            if (_delivered > before)
            {
                deliveredAt = TimeProvider.System.GetTimestamp();
            }
            else if (TimeProvider.System.GetElapsedTime(deliveredAt) > Patience)
            {
                // What was under way is lost: it is given up, and more is sent.
                _given = (_sent * _subscribers.Length) - _delivered;
            }
        }

        return LoadReport.Of(_counted / (_end - _warmUp).TotalSeconds, _sent, _delivered, _latenciesMs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in (LoadConnection[])[.. _publishers, .. _subscribers])
        {
            connection.Dispose();
        }

        _epoll.Dispose();
    }

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    private LoadConnection[] Connect(int port, int count, int first, string name)
    {
        var connections = new LoadConnection[count];
        for (var index = 0; index < count; index++)
        {
            connections[index] = LoadConnection.Connect(port, first + index, name);
            connections[index].Join(_epoll);
        }

        return connections;
    }

    private void Publish()
    {
        var underWay = _sent - ((_delivered + _given) / _subscribers.Length);
        for (; underWay < _windowSize; underWay++)
        {
            var publisher = (int)(_sent % _publishers.Length);
            _sentAt[_sent % _sentAt.Length] = TimeProvider.System.GetTimestamp();
            LoadPackets.SetNumber(_packets[publisher], _sent++);
            _publishers[publisher].Add(_packets[publisher]);
        }

        foreach (var publisher in _publishers)
        {
            publisher.Flush(_epoll);
        }
    }

    private void Serve(Span<int> ready)
    {
        var count = _epoll.Wait(ready, timeoutMs: 10);
        foreach (var number in ready[..count])
        {
            var connection = number < _subscribers.Length
                ? _subscribers[number]
                : _publishers[number - _subscribers.Length];
            connection.Receive(Take);
            connection.Flush(_epoll);
        }
    }

    private void Take(LoadConnection connection, byte header, ReadOnlySpan<byte> body)
    {
        if (header == LoadPackets.Suback)
        {
            _subscribed++;
            return;
        }

        if ((header & 0xF0) != LoadPackets.Publish)
        {
            return;
        }

        _delivered++;
        var elapsed = Elapsed;
        if (elapsed >= _warmUp && elapsed < _end)
        {
            _counted++;
            if (_counted % DeliveriesPerSample == 0)
            {
                var sentAt = _sentAt[LoadPackets.NumberOf(body) % _sentAt.Length];
                _latenciesMs.Add(TimeProvider.System.GetElapsedTime(sentAt).TotalMilliseconds);
            }
        }
    }
}
