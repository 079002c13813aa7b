namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>The most memory that was seen, looked at about once a second: looking takes the kernel a while.</summary>
internal sealed class MemoryPeak(Func<double> measureMiB)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _lookedAt;

    /// <summary>The most so far, in MiB.</summary>
    public double MostMiB { get; private set; }

    /// <summary>Looks, unless that was done within the last second.</summary>
    public void Look()
    {
        if (_lookedAt == 0 || TimeProvider.System.GetElapsedTime(_lookedAt) >= Interval)
        {
            MostMiB = Math.Max(MostMiB, measureMiB());
            _lookedAt = TimeProvider.System.GetTimestamp();
        }
    }
}
