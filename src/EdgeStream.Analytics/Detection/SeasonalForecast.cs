namespace EdgeStream.Analytics.Detection;

/// <summary>What is usual at a time of day and of the week, learnt as values come.</summary>
/// <remarks>
/// Three forecasts are kept: the long-term level, the half hour of the day, the half hour of the week. The one that
/// was off least lately is used, so a series without seasons is not given any. Single values move a forecast by twice
/// its usual error at most: an anomaly of today is not tomorrow's expectation.
/// </remarks>
internal sealed class SeasonalForecast
{
    private const int SlotSeconds = 1800;
    private const int DaySlots = 48;
    private const int WeekSlots = 7 * DaySlots;
    private const int ErrorMemoryValues = 500;
    private const int LevelMemoryValues = 2000;
    private const int DaySlotMemoryValues = 40;
    private const int WeekSlotMemoryValues = 20;
    private const int SpreadMemoryValues = 60;
    private const int WarmUpValues = 50;
    private const int CountMax = 1 << 20;
    private const double StepErrorsMax = 2;
    private const double SpreadStepMax = 6;

    // A slot's own spread counts fully only once it has seen several values.
    private const double SpreadPriorValues = 5;

    // Level, three errors and the spread of all hours.
    private const int SavedNumbers = 5;

    private readonly double[] _day = new double[DaySlots];
    private readonly int[] _dayCounts = new int[DaySlots];
    private readonly double[] _spread = new double[DaySlots];
    private readonly double[] _week = new double[WeekSlots];
    private readonly int[] _weekCounts = new int[WeekSlots];
    private double _level;
    private double _levelError;
    private double _dayError;
    private double _weekError;
    private double _allSpread;
    private long _count;
    private int _daySlot;
    private int _weekSlot;
    private double _dayValue;
    private double _weekValue;

    /// <summary>The long-term level before the value.</summary>
    public double Level => _level;

    /// <summary>The expectation before the value.</summary>
    public double Expected { get; private set; }

    /// <summary>How far values are usually off at this time of day.</summary>
    public double Spread { get; private set; }

    /// <summary>Whether the expectation is that of a time of day or of the week.</summary>
    public bool IsSeasonal { get; private set; }

    /// <summary>What the arrays take in memory.</summary>
    public static int SizeBytes =>
        (DaySlots * ((2 * sizeof(double)) + sizeof(int))) + (WeekSlots * (sizeof(double) + sizeof(int)));

    /// <summary>Sets the expectation for a time.</summary>
    public void Expect(long unixSeconds, double firstValue)
    {
        if (_count == 0)
        {
            _level = firstValue;
        }

        _weekSlot = (int)((((unixSeconds / SlotSeconds) % WeekSlots) + WeekSlots) % WeekSlots);
        _daySlot = _weekSlot % DaySlots;
        _dayValue = _dayCounts[_daySlot] > 0 ? _day[_daySlot] : _level;
        _weekValue = _weekCounts[_weekSlot] > 0 ? _week[_weekSlot] : _dayValue;

        (Expected, var error, IsSeasonal) = (_level, _levelError, false);
        if (_dayError < error)
        {
            (Expected, error, IsSeasonal) = (_dayValue, _dayError, true);
        }

        if (_weekError < error)
        {
            (Expected, IsSeasonal) = (_weekValue, true);
        }

        var count = _dayCounts[_daySlot];
        Spread = ((_spread[_daySlot] * count) + (_allSpread * SpreadPriorValues)) / (count + SpreadPriorValues);
    }

    /// <summary>Learns the value of the time that <see cref="Expect"/> was told.</summary>
    public void Learn(double value)
    {
        _count++;
        var (levelError, dayError) = (_levelError, _dayError);
        LearnSpread(Math.Abs(value - Expected));
        var share = 1.0 / Math.Min(_count, ErrorMemoryValues);
        _levelError += share * (Math.Abs(value - _level) - _levelError);
        _dayError += share * (Math.Abs(value - _dayValue) - _dayError);
        _weekError += share * (Math.Abs(value - _weekValue) - _weekError);

        var isWarmingUp = _count < WarmUpValues;
        var step = isWarmingUp ? double.MaxValue : StepErrorsMax * levelError;
        _level += Math.Clamp(value - _level, -step, step) / Math.Min(_count, LevelMemoryValues);
        LearnSlots(value, isWarmingUp, StepErrorsMax * Math.Min(dayError, levelError));
    }

    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public static int SavedBytes => SizeBytes + (SavedNumbers * sizeof(double)) + sizeof(long);

    /// <summary>Writes what the arrays and averages hold, in the order of the fields; frozen, little-endian.</summary>
    /// <remarks>What <see cref="Expect"/> sets belongs to one value and is not written.</remarks>
    public void Write(ref SavedFieldWriter writer)
    {
        writer.Add(_day);
        writer.Add(_dayCounts);
        writer.Add(_spread);
        writer.Add(_week);
        writer.Add(_weekCounts);
        writer.Add(_level);
        writer.Add(_levelError);
        writer.Add(_dayError);
        writer.Add(_weekError);
        writer.Add(_allSpread);
        writer.Add(_count);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote.</summary>
    public void Read(ref SavedFieldReader reader)
    {
        reader.Doubles(_day);
        reader.Ints(_dayCounts);
        reader.Doubles(_spread);
        reader.Doubles(_week);
        reader.Ints(_weekCounts);
        _level = reader.Double();
        _levelError = reader.Double();
        _dayError = reader.Double();
        _weekError = reader.Double();
        _allSpread = reader.Double();
        _count = reader.Long();
    }

    private void LearnSlots(double value, bool isWarmingUp, double stepMax)
    {
        if (_weekCounts[_weekSlot]++ == 0)
        {
            _week[_weekSlot] = _dayValue;
        }

        if (_dayCounts[_daySlot]++ == 0)
        {
            _day[_daySlot] = _level;
        }

        var step = isWarmingUp || _dayCounts[_daySlot] < 3 ? double.MaxValue : stepMax;
        _day[_daySlot] += Math.Clamp(value - _day[_daySlot], -step, step)
            / Math.Min(_dayCounts[_daySlot], DaySlotMemoryValues);
        step = isWarmingUp ? double.MaxValue : stepMax;
        _week[_weekSlot] += Math.Clamp(value - _week[_weekSlot], -step, step)
            / Math.Min(_weekCounts[_weekSlot], WeekSlotMemoryValues);
        _dayCounts[_daySlot] = Math.Min(_dayCounts[_daySlot], CountMax);
        _weekCounts[_weekSlot] = Math.Min(_weekCounts[_weekSlot], CountMax);
    }

    private void LearnSpread(double off)
    {
        var bounded = Spread > 0 ? Math.Min(off, SpreadStepMax * Spread) : off;
        var count = Math.Min(_dayCounts[_daySlot] + 1, SpreadMemoryValues);
        _spread[_daySlot] += (bounded - _spread[_daySlot]) / count;
        _allSpread += (bounded - _allSpread) / Math.Min(_count, LevelMemoryValues);
    }
}
