namespace EdgeStream.Gateway.Composition;

/// <summary>How fast a counter grows, over the last ten samples.</summary>
/// <remarks>Not thread-safe for samples; <see cref="PerSecond"/> may be read by anyone.</remarks>
internal sealed class RateMeter
{
    private const int SampleCount = 10;

    private readonly (long Ticks, long Total)[] _samples = new (long, long)[SampleCount];
    private int _filled;
    private int _next;
    private double _perSecond;

    /// <summary>The growth per second; zero before the second sample.</summary>
    public double PerSecond => Volatile.Read(ref _perSecond);

    /// <summary>Takes the counter's value at a time of the monotonic clock, in ticks of 100 ns.</summary>
    public void Sample(long nowTicks, long total)
    {
        var oldest = _filled < SampleCount ? _samples[0] : _samples[_next];
        if (_filled > 0 && nowTicks > oldest.Ticks)
        {
            var seconds = (nowTicks - oldest.Ticks) / (double)TimeSpan.TicksPerSecond;
            Volatile.Write(ref _perSecond, Math.Max(0, total - oldest.Total) / seconds);
        }

        _samples[_next] = (nowTicks, total);
        _next = (_next + 1) % SampleCount;
        _filled = Math.Min(_filled + 1, SampleCount);
    }
}
