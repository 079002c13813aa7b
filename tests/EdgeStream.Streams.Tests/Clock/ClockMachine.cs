using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Clock;

/// <summary>A board that is started, set and cut off; it appends to one stream what time it really is.</summary>
internal sealed class ClockMachine : IAsyncDisposable
{
    /// <summary>So long that ten minutes take more than one segment.</summary>
    private const int DataSizeBytes = 2048;

    private readonly SimulatedDisk _disk = new(new Random(1));
    private readonly TemporaryFolder _folder = new();
    private readonly StreamDefinition _definition;
    private DateTimeOffset _reality = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private StreamStore? _store;
    private DataStream? _stream;
    private int _boots;

    public ClockMachine(TimeSpan? retentionAge = null) => _definition = new StreamDefinition
    {
        Name = "readings",
        RetentionAge = retentionAge ?? TimeSpan.FromDays(365),
        RetentionBytes = 64 << 20,
        SegmentSizeBytes = 64 << 10,
    };

    public ManualTimeProvider Clock { get; private set; } = new();

    public long SuspendedMicroseconds { get; set; }

    public bool IsSynchronized { get; set; }

    public DateTimeOffset Reality => _reality;

    public StreamStore Store => _store!;

    public DataStream Stream => _stream!;

    /// <summary>Starts the machine with what its clock says then.</summary>
    public async Task BootAsync(DateTimeOffset clockSays)
    {
        _boots++;
        Clock = new ManualTimeProvider(clockSays);
        SuspendedMicroseconds = 0;
        IsSynchronized = false;
        await OpenAsync();
    }

    /// <summary>Starts the gateway, on a machine that runs.</summary>
    public async Task OpenAsync()
    {
        _store = StreamStore.Open(
            new StreamStoreOptions
            {
                Folder = _folder.Path,
                Disk = _disk,
                Boot = new MachineBoot
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"boot-{_boots}"),
                    ReadSuspendedMicroseconds = () => SuspendedMicroseconds,
                    ReadIsSynchronized = () => IsSynchronized,
                },
            },
            Clock);
        _stream = await _store.CreateOrUpdateAsync(_definition);
    }

    /// <summary>Stops the gateway, not the machine.</summary>
    public async Task CloseAsync() => await _store!.DisposeAsync();

    /// <summary>The power goes; reality goes on.</summary>
    public async Task CutAsync(TimeSpan downTime)
    {
        _disk.TurnOff();
        await _store!.DisposeAsync();
        _disk.CutPower();
        _reality += downTime;
    }

    /// <summary>Lets time pass, a second at a time, as the gateway's clockwork does.</summary>
    public void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            _reality += TimeSpan.FromSeconds(1);
            _store!.Tick();
        }
    }

    /// <summary>The whole machine stands still, as a virtual one does that is paused, and is then told the
    /// time.</summary>
    public void Pause(TimeSpan time)
    {
        _reality += time;
        Clock.SetUtcNow(_reality);
    }

    /// <summary>Somebody sets the clock; the gateway notices with its next tick.</summary>
    public void Set(DateTimeOffset time) => Clock.SetUtcNow(time);

    /// <summary>Appends readings ten seconds apart.</summary>
    public async Task MeasureAsync(int count, DateTimeOffset? eventTime = null)
    {
        for (var i = 0; i < count; i++)
        {
            var data = _reality.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture).PadRight(DataSizeBytes);
            Timestamp? time = eventTime is { } given ? Timestamp.From(given) : null;
            await _stream!.AppendAsync("device"u8.ToArray(), Encoding.ASCII.GetBytes(data), time);
            Pass(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Of each record what its arrival and event times are off, in seconds.</summary>
    public (double Arrival, double Event)[] Errors()
    {
        var errors = new List<(double, double)>();
        using var reader = _stream!.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            var real = long.Parse(record.Data, CultureInfo.InvariantCulture);
            errors.Add((
                (record.ArrivalTime.UnixMilliseconds - real) / 1000.0,
                (record.EventTime.UnixMilliseconds - real) / 1000.0));
        }

        return [.. errors];
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        _folder.Dispose();
    }
}
