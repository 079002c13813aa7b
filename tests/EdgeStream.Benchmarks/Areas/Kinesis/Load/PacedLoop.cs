using EdgeStream.Benchmarks.Areas.Mqtt.Load;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>One thread that serves all connections, which ask at fixed times, by turns: what boards in the field do, a
/// reading each now and then, whatever the server does.</summary>
/// <remarks>A latency counts from the moment of asking; where the connection was still waiting for an answer when its
/// time came, from that time, so that a slow answer counts for those that waited behind it.</remarks>
internal sealed class PacedLoop : IDisposable
{
    private static readonly TimeSpan RunTimeMax = TimeSpan.FromSeconds(110);

    private readonly Epoll _epoll = new();
    private readonly IReadOnlyList<KinesisConnection> _connections;
    private readonly ILoad _load;
    private readonly long[] _askedAt;
    private readonly Queue<long>[] _due;
    private readonly List<double> _latenciesMs = [];
    private readonly ClientClock _clock;
    private readonly double _ticksPerRequest;
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _requests;
    private long _count;
    private long _counted;
    private int _asking;

    /// <summary>Takes connections over.</summary>
    public PacedLoop(
        IReadOnlyList<KinesisConnection> connections,
        ILoad load,
        double requestsPerSecond,
        TimeSpan warmUp,
        TimeSpan duration)
    {
        _connections = connections;
        _load = load;
        _askedAt = new long[connections.Count];
        _due = [.. connections.Select(_ => new Queue<long>())];
        _ticksPerRequest = TimeProvider.System.TimestampFrequency / requestsPerSecond;
        _clock = new ClientClock(warmUp, duration, answersMin: 1);
        foreach (var connection in connections)
        {
            connection.Join(_epoll);
        }
    }

    /// <summary>Asks until the time is over.</summary>
    public KinesisLoadReport Run()
    {
        Span<int> ready = stackalloc int[256];
        while (!_clock.IsOver || _asking > 0)
        {
            AskWhatIsDue();
            var count = _epoll.Wait(ready, timeoutMs: 1);
            foreach (var number in ready[..count])
            {
                Serve(_connections[number]);
            }

            if (_clock.Elapsed > RunTimeMax)
            {
                throw new TimeoutException($"{_asking} requests were not answered.");
            }
        }

        return KinesisLoadReport.Of(_counted / _clock.MeasuredSeconds, _count, _latenciesMs, _clock.ClientLoad);
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    private void AskWhatIsDue()
    {
        var now = TimeProvider.System.GetTimestamp();
        while (!_clock.IsOver && _began + (long)(_requests * _ticksPerRequest) <= now)
        {
            var connection = _connections[(int)(_requests++ % _connections.Count)];
            if (_askedAt[connection.Number] == 0)
            {
                Ask(connection, TimeProvider.System.GetTimestamp());
            }
            else
            {
                _due[connection.Number].Enqueue(now);
            }
        }
    }

    private void Serve(KinesisConnection connection)
    {
        connection.Flush(_epoll);
        if (!connection.Receive() || !connection.Reply.IsWhole)
        {
            return;
        }

        _asking--;
        var records = _load.Take(connection);
        var askedAt = _askedAt[connection.Number];
        _askedAt[connection.Number] = 0;
        _count += records;
        if (_clock.IsMeasured())
        {
            _counted += records;
            _latenciesMs.Add(TimeProvider.System.GetElapsedTime(askedAt).TotalMilliseconds);
        }

        if (!_clock.IsOver && _due[connection.Number].TryDequeue(out var dueAt))
        {
            Ask(connection, dueAt);
        }
    }

    private void Ask(KinesisConnection connection, long at)
    {
        connection.Reply.Clear();
        _load.Ask(connection);
        _askedAt[connection.Number] = at;
        _asking++;
        connection.Flush(_epoll);
    }
}
