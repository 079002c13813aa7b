using System.Buffers.Text;
using System.Net.Sockets;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Outage;

/// <summary>A server in this process that takes numbered JSON, and remembers which came when.</summary>
/// <remarks>What has a number below the count had waited; what has a higher one is live. Of what had waited, those that
/// are marked as history come in their order, and so do the few that went out before them. Live first, the batch that
/// was on its way as the outage began, the oldest of all, comes with history and is not marked: its numbers follow one
/// another from 0.</remarks>
internal abstract class ArrivalSink(int recordCount, bool isLiveFirst) : IDisposable
{
    private static readonly byte[] NumberPrefix = "{\"number\":"u8.ToArray();

    private readonly bool[] _seen = new bool[recordCount];
    private readonly Dictionary<int, long> _live = [];
    private readonly Lock _gate = new();
    private LoopbackServer? _server;
    private int _newestMarked = -1;
    private int _newestUnmarked = -1;
    private int _newestOnItsWay = -1;
    private int _backlogCount;
    private long _repeats;
    private bool _isInOrder = true;

    /// <summary>Where it listens, once it is open.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>When the first record was there whole; 0 while there is none.</summary>
    public long FirstAt { get; private set; }

    /// <summary>When the last record that had waited came; 0 while some are missing.</summary>
    public long DrainedAt { get; private set; }

    /// <summary>How many of those that had waited came.</summary>
    public int BacklogCount => Volatile.Read(ref _backlogCount);

    /// <summary>How many records came more than once.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>Whether those that had waited came in their order, marked ones and others each by themselves.</summary>
    public bool IsBacklogInOrder => _isInOrder;

    /// <summary>When a live record came; null while it has not.</summary>
    public long? ArrivalOf(int number)
    {
        lock (_gate)
        {
            return _live.TryGetValue(number, out var at) ? at : null;
        }
    }

    /// <summary>Listens from now on; returns when that was.</summary>
    public long Open()
    {
        _server = new LoopbackServer(ServeAsync, Port);
        return TimeProvider.System.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose() => _server?.Dispose();

    /// <summary>Serves a connection to its end.</summary>
    protected abstract Task ServeAsync(Socket client, CancellationToken stop);

    /// <summary>Takes the lines of what came at once; those that are none of the records are passed over.</summary>
    protected void Take(ReadOnlySpan<byte> lines, bool isMarked)
    {
        var now = TimeProvider.System.GetTimestamp();
        lock (_gate)
        {
            foreach (var range in lines.Split((byte)'\n'))
            {
                var line = lines[range];
                if (line.StartsWith(NumberPrefix)
                    && Utf8Parser.TryParse(line[NumberPrefix.Length..], out int number, out _))
                {
                    FirstAt = FirstAt == 0 ? now : FirstAt;
                    Take(number, now, isMarked);
                }
            }
        }
    }

    private void Take(int number, long now, bool isMarked)
    {
        if (number >= _seen.Length)
        {
            _repeats += _live.TryAdd(number, now) ? 0 : 1;
            return;
        }

        if (_seen[number])
        {
            _repeats++;
            return;
        }

        _seen[number] = true;
        ref var newest = ref _newestUnmarked;
        if (isMarked)
        {
            newest = ref _newestMarked;
        }
        else if (isLiveFirst && number == _newestOnItsWay + 1)
        {
            newest = ref _newestOnItsWay;
        }

        _isInOrder &= number > newest;
        newest = number;
        _backlogCount++;
        DrainedAt = _backlogCount == _seen.Length ? now : 0;
    }
}
