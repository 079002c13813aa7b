namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Tells which answers are measured, over which time, and what the generator took of a core then.</summary>
/// <remarks>From the first answer after the warm-up to the last one, so that few slow answers count as exactly as many
/// fast ones: the time is over when enough of them have come, too, or with the first after five times the
/// duration.</remarks>
internal sealed class ClientClock(TimeSpan warmUp, TimeSpan duration, int answersMin)
{
    private const double DurationsMax = 5;

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private TimeSpan? _from;
    private TimeSpan _to;
    private TimeSpan _processorBefore;
    private TimeSpan _processorAfter;
    private int _answers;

    /// <summary>Whether enough was measured.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The measured time.</summary>
    public double MeasuredSeconds => (_to - _from!.Value).TotalSeconds;

    /// <summary>The part of one core that this process took in it.</summary>
    public double ClientLoad => (_processorAfter - _processorBefore).TotalSeconds / MeasuredSeconds;

    /// <summary>How long ago this began.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_began);

    /// <summary>Whether the answer that has just come is measured. Called at every answer.</summary>
    public bool IsMeasured()
    {
        var elapsed = Elapsed;
        if (elapsed < warmUp || IsOver)
        {
            return false;
        }

        if (_from is not { } from)
        {
            _from = elapsed;
            _processorBefore = Environment.CpuUsage.TotalTime;
            return false;
        }

        _to = elapsed;
        _answers++;
        IsOver = elapsed - from >= DurationsMax * duration || (elapsed - from >= duration && _answers >= answersMin);
        if (IsOver)
        {
            _processorAfter = Environment.CpuUsage.TotalTime;
        }

        return true;
    }
}
