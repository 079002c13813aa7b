using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>The share of time in which the CPUs were not idle since the sample before, and the load averages.</summary>
/// <remarks>
/// The first line of <c>/proc/stat</c>: user, nice, system, idle, iowait, irq, softirq, steal (guest time is part of
/// user). Waiting for a disk counts as idle. Source: the kernel's Documentation/filesystems/proc.rst.
/// </remarks>
internal sealed class CpuCollector(string root, FieldNames names, BoardReadFailures failures) : IBoardCollector
{
    private const int CounterCount = 8;
    private const int IdleIndex = 3;
    private const int WaitIndex = 4;
    private const int FirstLineSizeBytesMax = 512;

    private readonly KernelFile _stat = new(Path.Combine(root, "proc/stat"), failures);
    private readonly KernelFile _loadAverage = new(Path.Combine(root, "proc/loadavg"), failures);
    private readonly JsonEncodedText _loadName = names.Reserve("cpu_load_percent");
    private readonly JsonEncodedText[] _averageNames =
        [names.Reserve("load_average_1m"), names.Reserve("load_average_5m"), names.Reserve("load_average_15m")];

    private ulong _lastBusy;
    private ulong _lastIdle;
    private bool _hasLast;

    /// <inheritdoc/>
    public void Rescan()
    {
        // The files are always the same two.
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        SampleLoad(fields);
        SampleAverages(fields);
    }

    private void SampleLoad(BoardFields fields)
    {
        if (!_stat.TryRead(fields.FileBuffer.AsSpan(0, FirstLineSizeBytesMax), out var text))
        {
            return;
        }

        ulong busy = 0;
        ulong idle = 0;
        if (!KernelText.TryTakeLine(ref text, out var line)
            || !KernelText.TryTakeWord(ref line, out var label)
            || !label.SequenceEqual("cpu"u8))
        {
            _stat.Fail("the first line is not the sum over the CPUs");
            return;
        }

        // Old kernels have fewer columns: what is missing is zero.
        for (var i = 0; i < CounterCount && KernelText.TryTakeCounter(ref line, out var ticks); i++)
        {
            if (i is IdleIndex or WaitIndex)
            {
                idle += ticks;
            }
            else
            {
                busy += ticks;
            }
        }

        _stat.Succeed();
        AddLoad(busy, idle, fields);
    }

    private void AddLoad(ulong busy, ulong idle, BoardFields fields)
    {
        // The kernel may take waiting time back, so each part is compared with its own past.
        if (_hasLast && busy >= _lastBusy && idle >= _lastIdle && busy + idle > _lastBusy + _lastIdle)
        {
            var busyTicks = (double)(busy - _lastBusy);
            fields.Add(_loadName, 100 * busyTicks / (busyTicks + (idle - _lastIdle)), decimals: 2);
        }

        _lastBusy = busy;
        _lastIdle = idle;
        _hasLast = true;
    }

    private void SampleAverages(BoardFields fields)
    {
        if (!_loadAverage.TryRead(fields.FileBuffer, out var line))
        {
            return;
        }

        foreach (var name in _averageNames)
        {
            if (!KernelText.TryTakeNumber(ref line, out var average))
            {
                _loadAverage.Fail("the file does not start with three numbers");
                return;
            }

            fields.Add(name, average, decimals: 2);
        }

        _loadAverage.Succeed();
    }
}
