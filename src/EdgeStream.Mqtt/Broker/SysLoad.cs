namespace EdgeStream.Mqtt;

/// <summary>How much of one thing there was a minute, as averages over the last 1, 5 and 15 minutes.</summary>
/// <remarks>
/// As the load of Unix: after each interval the average moves towards what the interval had, and what is as old as its
/// period counts 1/e. Written by the broker's tick only; readable from anywhere.
/// </remarks>
internal sealed class SysLoad
{
    private const double MinuteMs = 60_000;

    private readonly Func<MqttStatistics, long> _count;
    private readonly double[] _perMinute = new double[Periods.Length];
    private long _seen;

    /// <param name="count">What there was of it so far; never falls.</param>
    internal SysLoad(Func<MqttStatistics, long> count) => _count = count;

    /// <summary>The periods, in minutes.</summary>
    internal static ReadOnlySpan<byte> Periods => [1, 5, 15];

    /// <summary>The average over a period, per minute.</summary>
    internal double this[int period] => Volatile.Read(ref _perMinute[period]);

    /// <summary>Takes an interval into the averages.</summary>
    internal void Update(MqttStatistics statistics, long elapsedMs)
    {
        long count = _count(statistics);
        double perMinute = (count - _seen) * (MinuteMs / elapsedMs);
        _seen = count;
        for (int period = 0; period < _perMinute.Length; period++)
        {
            double weight = Math.Exp(-elapsedMs / (MinuteMs * Periods[period]));
            Volatile.Write(ref _perMinute[period], perMinute + (weight * (_perMinute[period] - perMinute)));
        }
    }
}
