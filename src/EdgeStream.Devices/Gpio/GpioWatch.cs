using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>One watched line: taken, lost, taken again, and what its edges come to.</summary>
/// <remarks>A line that cannot be taken is tried again after one second, two, four, … at most thirty-two. Belongs to
/// one thread.</remarks>
internal sealed class GpioWatch : IDisposable
{
    private const int BackoffShiftMax = 5;
    private const double NanosecondsPerSecond = 1e9;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IDeviceKernel _kernel;
    private int _failuresInARow;
    private uint _lastNumber;
    private long _count;
    private long _lost;
    private long _firstNanoseconds;
    private long _lastNanoseconds;
    private int _edgesInPeriod;
    private volatile SensorStatus _status;

    /// <summary>Takes nothing yet.</summary>
    internal GpioWatch(IDeviceKernel kernel, GpioInputOptions options)
    {
        _kernel = kernel;
        Options = options;
        Name = Encoding.UTF8.GetBytes(options.Name);
        LostName = Encoding.UTF8.GetBytes(options.Name + "_lost");
        _status = new SensorStatus(
            options.Name, $"gpio {options.Chip} {options.Line}", options.Report == "frequency" ? "Hz" : "", 0, 0, null,
            null, null, false, null);
    }

    internal GpioInputOptions Options { get; }

    internal byte[] Name { get; }

    /// <summary>The name under which records state how many edges were lost.</summary>
    internal byte[] LostName { get; }

    /// <summary>The line; null while it is not taken.</summary>
    internal GpioInput? Input { get; private set; }

    /// <summary>When it is to be tried again, or the next period ends, by the monotonic clock.</summary>
    internal TimeSpan Due { get; private set; }

    internal SensorStatus Status => _status;

    /// <summary>Whether every edge is a record.</summary>
    internal bool IsEachRecorded => Options.Report == "edges";

    /// <summary>When it is to be looked whether the chip is still there.</summary>
    internal TimeSpan LookAt { get; set; }

    /// <summary>Edges that the kernel had no room for since the last record.</summary>
    internal long TakeLost()
    {
        var lost = _lost;
        _lost = 0;
        return lost;
    }

    /// <summary>Takes the line.</summary>
    /// <returns>Whether the line is on; null when it could not be taken.</returns>
    internal bool? Take(TimeSpan now)
    {
        try
        {
            Input = new GpioInput(_kernel, Options);
            _lastNumber = 0;
            _failuresInARow = 0;
            Due = now + Options.Period;
            BeginPeriod();
            return Input.IsOn();
        }
        catch (IOException error)
        {
            Fail(error.Message, now);
            return null;
        }
    }

    /// <summary>Lets the line go that gives nothing any more.</summary>
    internal void Fail(string problem, TimeSpan now)
    {
        Dispose();
        Due = now + (RetryDelay * (1 << Math.Min(_failuresInARow, BackoffShiftMax)));
        _failuresInARow++;
        _status = _status with { Failures = _status.Failures + 1, IsStale = true, Problem = problem };
    }

    /// <summary>Takes an edge.</summary>
    internal void Note(in GpioEdge edge)
    {
        if (edge.Number - _lastNumber - 1 is > 0 and var lost)
        {
            _lost += lost;
            _status = _status with { Lost = _status.Lost + lost };
        }

        _count += edge.Number - _lastNumber;
        if (_firstNanoseconds == 0)
        {
            // Waves are counted from the first edge that there was.
            _firstNanoseconds = edge.Nanoseconds;
        }
        else
        {
            _edgesInPeriod += (int)(edge.Number - _lastNumber);
        }

        _lastNumber = edge.Number;
        _lastNanoseconds = edge.Nanoseconds;
    }

    /// <summary>Notes what a record said.</summary>
    internal void NoteRecord(double value, Timestamp time) => _status = _status with
    {
        Readings = _status.Readings + 1, Value = value, LastReading = time, IsStale = false, Problem = null,
    };

    /// <summary>The count, or the frequency of the period that ends.</summary>
    internal double EndPeriod(TimeSpan now)
    {
        var value = Options.Report == "count" ? _count : Frequency();
        BeginPeriod();
        Due += Options.Period;
        Due = Due > now ? Due : now + Options.Period;
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input?.Dispose();
        Input = null;
    }

    /// <summary>From the period's first edge, or the last before it, to its last one: whole waves by the kernel's
    /// stamps.</summary>
    private double Frequency() => _edgesInPeriod > 0 && _lastNanoseconds > _firstNanoseconds
        ? Math.Round(_edgesInPeriod / ((_lastNanoseconds - _firstNanoseconds) / NanosecondsPerSecond), 6)
        : 0;

    private void BeginPeriod()
    {
        _firstNanoseconds = _lastNanoseconds;
        _edgesInPeriod = 0;
    }
}
