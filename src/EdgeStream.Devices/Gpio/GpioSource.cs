using EdgeStream.Storage;
using EdgeStream.Streams;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>Watches input lines: a record for each edge, or counts and frequencies every period.</summary>
/// <remarks>
/// The time of a record is the kernel's stamp of the edge. Edges that are read together are recorded in the order of
/// their stamps, whatever their lines. With its first value, and whenever the line was taken again, a line of edges
/// tells its level. Edges that the kernel had no room for are stated as <c>…_lost</c>. One loop at a time.
/// </remarks>
public sealed class GpioSource
{
    private const int WaitMs = 200;
    private const int EdgesAtOnce = 64;

    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly KernelRecords _records;
    private readonly GpioWatch[] _watches;
    private readonly byte[] _buffer = new byte[EdgesAtOnce * GpioFormat.EventSizeBytes];
    private readonly GpioEdge[] _edges = new GpioEdge[EdgesAtOnce];
    private readonly List<(GpioEdge Edge, GpioWatch Watch)> _read = new(EdgesAtOnce);
    private readonly List<(SafeFileHandle Handle, GpioWatch Watch)> _open = [];

    /// <summary>Prepares the loop; no line is taken before it runs.</summary>
    /// <param name="options">The lines.</param>
    /// <param name="stream">Takes the records.</param>
    /// <param name="registry">Learns of every record; null when nobody asks.</param>
    /// <param name="time">Measures periods, and turns the kernel's stamps into times.</param>
    /// <param name="logger">Told when lines can't be watched, and when they can again.</param>
    public GpioSource(
        GpioSourceOptions options,
        DataStream stream,
        DeviceRegistry? registry,
        TimeProvider time,
        ILogger<GpioSource> logger)
        : this(DeviceKernel.Running, options, stream, registry, time, logger)
    {
    }

    internal GpioSource(
        IDeviceKernel kernel,
        GpioSourceOptions options,
        DataStream stream,
        DeviceRegistry? registry,
        TimeProvider time,
        ILogger<GpioSource> logger)
    {
        Options = options;
        _time = time;
        _records = new KernelRecords(options.Name, options.Device, stream, registry, time, logger);
        _watches = [.. options.Lines.Select(line => new GpioWatch(kernel, line))];
    }

    /// <summary>What it was made of.</summary>
    public GpioSourceOptions Options { get; }

    /// <summary>How each line does.</summary>
    public IReadOnlyList<SensorStatus> Status => Array.ConvertAll(_watches, watch => watch.Status);

    private TimeSpan Now => _records.Elapsed;

    /// <summary>Watches the lines until cancelled, by a thread of its own.</summary>
    /// <remarks>What waits for the stream then gets in within 0.4 seconds, or is refused and counted.</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Factory.StartNew(
                () => Watch(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            Array.ForEach(_watches, watch => watch.Dispose());
        }

        await _records.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Takes the lines that are due, waits for edges for up to 0.2 seconds, and records what there
    /// is.</summary>
    internal void Turn()
    {
        foreach (var watch in _watches)
        {
            if (watch.Input is null && watch.Due <= Now)
            {
                Take(watch);
            }
            else if (watch.Input is { } input && watch.LookAt <= Now)
            {
                Look(watch, input);
            }
        }

        Wait();
        RecordEdges();
        foreach (var watch in _watches)
        {
            if (watch.Input is not null && !watch.IsEachRecorded && watch.Due <= Now)
            {
                Record(watch, watch.EndPeriod(Now), null);
            }
        }
    }

    private void Watch(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Turn();
            if (_open.Count == 0)
            {
                cancellationToken.WaitHandle.WaitOne(WaitMs);
            }
        }
    }

    private void Take(GpioWatch watch)
    {
        var before = watch.Status;
        if (watch.Take(Now) is { } isOn)
        {
            if (before.IsStale)
            {
                _records.TellRecovered(watch.Options.Name);
            }

            if (watch.IsEachRecorded)
            {
                Record(watch, isOn ? 1 : 0, null);
            }
        }
        else
        {
            TellFailure(watch, before);
        }
    }

    /// <summary>Some kernels let a line that is gone seem to be one without edges.</summary>
    private void Look(GpioWatch watch, GpioInput input)
    {
        var before = watch.Status;
        try
        {
            _ = input.IsOn();
            watch.LookAt = Now + LookPeriod;
        }
        catch (IOException error)
        {
            watch.Fail(error.Message, Now);
            TellFailure(watch, before);
        }
    }

    private void Wait()
    {
        _open.Clear();
        foreach (var watch in _watches)
        {
            if (watch.Input is { } input)
            {
                _open.Add((input.Handle, watch));
            }
        }

        if (_open.Count == 0)
        {
            return;
        }

        Span<bool> isReady = stackalloc bool[ReadyFiles.CountMax];
        ReadyFiles.Wait(Array.ConvertAll(_open.ToArray(), open => open.Handle), WaitMs, isReady);
        for (var i = 0; i < _open.Count; i++)
        {
            if (isReady[i])
            {
                Read(_open[i].Watch);
            }
        }
    }

    private void Read(GpioWatch watch)
    {
        try
        {
            var count = watch.Input!.Read(_buffer, _edges);
            for (var i = 0; i < count; i++)
            {
                _read.Add((_edges[i], watch));
            }
        }
        catch (IOException error)
        {
            var before = watch.Status;
            watch.Fail(error.Message, Now);
            TellFailure(watch, before);
        }
    }

    private void RecordEdges()
    {
        // A line's edges are in order already; those of several lines are put in order by their stamps.
        _read.Sort(static (left, right) => left.Edge.Nanoseconds != right.Edge.Nanoseconds
            ? left.Edge.Nanoseconds.CompareTo(right.Edge.Nanoseconds)
            : left.Edge.Number.CompareTo(right.Edge.Number));
        foreach (var (edge, watch) in _read)
        {
            watch.Note(edge);
            if (watch.IsEachRecorded)
            {
                Record(watch, edge.IsRising ? 1 : 0, KernelStamp.TimeOf(edge.Nanoseconds, _time));
            }
        }

        _read.Clear();
    }

    private void Record(GpioWatch watch, double value, Timestamp? eventTime)
    {
        var now = _records.Now;
        var record = _records.Begin(now);
        record.Add(new Reading(
            watch.Name,
            watch.IsEachRecorded ? ReadingValue.Of(value != 0) : ReadingValue.Of(value),
            default,
            watch.Options.Report == "frequency" ? "Hz"u8 : default));
        if (watch.TakeLost() is > 0 and var lost)
        {
            record.Add(new Reading(watch.LostName, ReadingValue.Of(lost)));
        }

        watch.NoteRecord(value, eventTime ?? now);
        _records.Append(eventTime);
    }

    private void TellFailure(GpioWatch watch, SensorStatus before)
    {
        var status = watch.Status;
        if (before.IsStale)
        {
            return;
        }

        _records.TellFailed(status.Name, status.Problem);
        _records.AppendStale(status, _records.Now);
    }
}
