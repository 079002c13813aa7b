namespace EdgeStream.Delivery;

/// <summary>How fast a delivery settles records, and how fast new ones come, over the last minute.</summary>
/// <remarks>Thread-safe. Of the last minute, points every 5 seconds at least; a rate counts from the oldest.</remarks>
internal sealed class DrainMeter(TimeProvider time)
{
    private const int PointsMax = 14;
    private const double SecondsMin = 1;

    /// <summary>Ten years: what is beyond is no estimate.</summary>
    private const double EtaSecondsMax = 10 * 365.25 * 24 * 3600;

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly long[] _at = new long[PointsMax];
    private readonly long[] _settledAt = new long[PointsMax];
    private readonly long[] _appendedAt = new long[PointsMax];
    private int _oldest;
    private int _count;
    private long _settled;
    private long _appended;
    private long _delivered;

    /// <summary>Records that the destination has accepted since the start.</summary>
    public long DeliveredRecords => Interlocked.Read(ref _delivered);

    /// <summary>Counts what was done with records, and what has been appended in the meantime.</summary>
    public void Add(long settled, long delivered, long appended)
    {
        Interlocked.Add(ref _delivered, delivered);
        lock (_gate)
        {
            _settled += settled;
            _appended += appended;
            Forget();
            if (_count == 0 || time.GetElapsedTime(_at[Place(_count - 1)]) >= Interval)
            {
                var place = Place(_count++);
                (_at[place], _settledAt[place], _appendedAt[place]) = (time.GetTimestamp(), _settled, _appended);
            }
        }
    }

    /// <summary>Records a second, both 0 where nothing was settled for a minute.</summary>
    public (double Settled, double Appended) Rates()
    {
        lock (_gate)
        {
            Forget();
            if (_count == 0)
            {
                return default;
            }

            var seconds = Math.Max(SecondsMin, time.GetElapsedTime(_at[_oldest]).TotalSeconds);
            return ((_settled - _settledAt[_oldest]) / seconds, (_appended - _appendedAt[_oldest]) / seconds);
        }
    }

    /// <summary>When a backlog is gone, if both go on as they do; null where it does not shrink.</summary>
    public static double? EtaSeconds(long backlogRecords, (double Settled, double Appended) rates)
    {
        var net = rates.Settled - rates.Appended;
        return backlogRecords > 0 && net > 0 && backlogRecords / net is var seconds and < EtaSecondsMax
            ? seconds : null;
    }

    private int Place(int index) => (_oldest + index) % PointsMax;

    private void Forget()
    {
        while (_count > 0 && (time.GetElapsedTime(_at[_oldest]) > Span || _count == PointsMax))
        {
            _oldest = Place(1);
            _count--;
        }
    }
}
