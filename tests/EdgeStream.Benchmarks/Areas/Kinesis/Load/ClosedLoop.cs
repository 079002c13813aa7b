using EdgeStream.Benchmarks.Areas.Mqtt.Load;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>One thread that serves all connections: each asks again as soon as it is answered.</summary>
internal sealed class ClosedLoop : IDisposable
{
    private const int AnswersMin = 10;
    private const int AnswersPerConnectionMin = 2;
    private static readonly TimeSpan RunTimeMax = TimeSpan.FromSeconds(110);

    private readonly Epoll _epoll = new();
    private readonly IReadOnlyList<KinesisConnection> _connections;
    private readonly ILoad _load;
    private readonly long[] _askedAt;
    private readonly List<double> _latenciesMs = [];
    private readonly ClientClock _clock;
    private long _count;
    private long _counted;
    private int _asking;

    /// <summary>Takes connections over.</summary>
    public ClosedLoop(IReadOnlyList<KinesisConnection> connections, ILoad load, TimeSpan warmUp, TimeSpan duration)
    {
        _connections = connections;
        _load = load;
        _askedAt = new long[connections.Count];
        _clock = new ClientClock(
            warmUp, duration, Math.Max(AnswersMin, AnswersPerConnectionMin * connections.Count));
        foreach (var connection in connections)
        {
            connection.Join(_epoll);
        }
    }

    /// <summary>Asks until the time is over.</summary>
    public KinesisLoadReport Run()
    {
        Run(long.MaxValue);
        return KinesisLoadReport.Of(_counted / _clock.MeasuredSeconds, _count, _latenciesMs, _clock.ClientLoad);
    }

    /// <summary>Asks until the time is over or so many records were counted.</summary>
    public void Run(long recordsMax)
    {
        foreach (var connection in _connections)
        {
            Ask(connection);
        }

        Span<int> ready = stackalloc int[256];
        while (_asking > 0)
        {
            var count = _epoll.Wait(ready, timeoutMs: 100);
            foreach (var number in ready[..count])
            {
                Serve(_connections[number], recordsMax);
            }

            if (_clock.Elapsed > RunTimeMax)
            {
                throw new TimeoutException($"{_asking} requests were not answered.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    private void Serve(KinesisConnection connection, long recordsMax)
    {
        connection.Flush(_epoll);
        if (!connection.Receive() || !connection.Reply.IsWhole)
        {
            return;
        }

        _asking--;
        var records = _load.Take(connection);
        _count += records;
        if (_clock.IsMeasured())
        {
            _counted += records;
            _latenciesMs.Add(
                TimeProvider.System.GetElapsedTime(_askedAt[connection.Number]).TotalMilliseconds);
        }

        if (!_clock.IsOver && _count < recordsMax)
        {
            Ask(connection);
        }
    }

    private void Ask(KinesisConnection connection)
    {
        connection.Reply.Clear();
        _load.Ask(connection);
        _askedAt[connection.Number] = TimeProvider.System.GetTimestamp();
        _asking++;
        connection.Flush(_epoll);
    }
}
