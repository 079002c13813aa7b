namespace EdgeStream.Analytics.Detection;

/// <summary>Scores each value of one series by how unusual it is after all that came before; nothing is configured.
/// </summary>
/// <remarks>
/// <para>Twelve quantities are followed: the distance from the long-term level and from what is usual at the time of
/// day or week, each plain and averaged over 3, 9 and 27 values; the latter in units of the time's own spread; the
/// step from the last value; the average size of the last steps and its change. Each has a histogram of its own
/// history with logarithmic bins, which gives the share of values as far out. The decimal logarithms of these
/// shares add up, and the sum has a history too: its share is the value's rarity in decades. One decade more is asked
/// for with each tenfold length of history, up to 5,000 values: what is the most unusual of 100 values is no news
/// among 5,000. What is rare at the same time on day after day counts less, see <see cref="DailyRecurrence"/>. A run of
/// one value eight times longer than ever counts as rare by itself.</para>
/// <para>A score is rarity / (rarity + 1.8): 0 to 1, an alert from <see cref="AlertScore"/>. Of an episode one value
/// reaches it, see <see cref="EpisodeGate"/>; scores of what continues stay at or below a quarter. The first 40
/// values score 0. The score depends on the values so far, their order and their times only. Missing values
/// (NaN) score 0 and are not learnt; values beyond ±1e100 count as that.</para>
/// <para>Memory is fixed (<see cref="SizeBytes"/>); a value costs some thousand simple steps and allocates nothing. Not
/// safe for use by several threads at once.</para>
/// </remarks>
public sealed partial class AnomalyDetector
{
    /// <summary>A score from which a value is an alert.</summary>
    public const double AlertScore = 0.5;

    private const double ContinuedShare = 0.5;
    private const double MagnitudeMax = 1e100;
    private const int WarmUpValues = 40;

    // What rarity is measured by: all histograms forget by it, and no longer history asks for more rarity.
    private const int MemoryValues = 5000;
    private const int SumBins = 256;
    private const double SumBinsPerDecade = 4;
    private const double SumSlope = 0.25;
    private const int StepAverageValues = 9;
    private const int StepMemoryValues = 1000;
    private const double HistoryValuesUnit = 1000;
    private const double SpreadsMax = 1e6;
    private const double SpreadsUnknown = 1000;
    private const int Scales = 4;
    private const int ScaleRatio = 3;
    private const int Quantities = (2 * Scales) + 4;

    private readonly DetectorSettings _settings;
    private readonly SeasonalForecast _forecast = new();
    private readonly SignedTails[] _tails = new SignedTails[Quantities];
    private readonly TailHistogram _sums = new(SumBins);
    private readonly double[] _averages = new double[2 * Scales];
    private readonly DailyRecurrence _daily = new();
    private EpisodeGate _gate;
    private StuckValue _stuck;
    private long _count;
    private double _last;
    private double _stepAverage;
    private double _stepUsual;
    private double _lastSpreads;
    private long _lastSeconds;
    private long _firstSeconds;
    private bool _isStuck;
    private double _lastRarity;
    private double _lastExpected;
    private bool _lastSeasonal;

    /// <summary>Creates a detector for one series.</summary>
    public AnomalyDetector()
        : this(DetectorSettings.Default)
    {
    }

    internal AnomalyDetector(DetectorSettings settings)
    {
        _settings = settings;
        _gate = new EpisodeGate(settings);
        for (var index = 0; index < _tails.Length; index++)
        {
            _tails[index] = new SignedTails();
        }
    }

    /// <summary>What the arrays of one detector take in memory.</summary>
    public int SizeBytes =>
        (Quantities * _tails[0].SizeBytes) + _sums.SizeBytes + SeasonalForecast.SizeBytes
        + DailyRecurrence.SizeBytes + (_averages.Length * sizeof(double));

    /// <summary>The score of the next value, 0 to 1; see <see cref="AlertScore"/>.</summary>
    /// <param name="unixSeconds">Its time in the clock whose hours and weekdays matter, as seconds since 1970.</param>
    /// <param name="value">The value; NaN when it is missing.</param>
    public double Score(long unixSeconds, double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }

        var rarity = _lastRarity = Rarity(unixSeconds, value);
        var score = rarity / (rarity + _settings.AlertRarityDecades);
        return _gate.Admit(rarity, _count) ? score : Math.Min(score, AlertScore) * ContinuedShare;
    }

    /// <summary>How rare the next value is, in decades, whatever was told already.</summary>
    internal double Rarity(long unixSeconds, double value)
    {
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        if (_count++ == 0)
        {
            _last = value;
            _firstSeconds = unixSeconds;
        }

        _lastSeconds = unixSeconds;
        _forecast.Expect(unixSeconds, value);
        var rarity = RarityOfSum(SumOfRarities(value))
            - Math.Log10(Math.Min(_count, MemoryValues) / HistoryValuesUnit);
        rarity = _daily.Weigh(unixSeconds, rarity);
        var stuck = _stuck.Add(value);
        _isStuck = stuck > rarity;
        (_lastExpected, _lastSeasonal) = (_forecast.Expected, _forecast.IsSeasonal);
        _forecast.Learn(value);
        _last = value;
        return _count < WarmUpValues ? 0 : Math.Max(Math.Max(rarity, stuck), 0);
    }

    /// <summary>How many values were scored, missing ones not among them.</summary>
    public long Count => _count;

    /// <summary>Whether the last value was as rare as an alert is, also where it belongs to an episode that was told
    /// already.</summary>
    public bool IsUnusual => _lastRarity >= _settings.AlertRarityDecades;

    /// <summary>How the last value differed from what was usual.</summary>
    public AnomalyExplanation Explanation => new()
    {
        Value = _last,
        Expected = _lastExpected,
        Spreads = _lastSpreads,
        UnixSeconds = _lastSeconds,
        HistorySeconds = _lastSeconds - _firstSeconds,
        HistoryValues = _count,
        StuckRun = _isStuck ? (long)_stuck.Run : 0,
        IsSeasonal = _lastSeasonal,
    };

    /// <summary>Says how the last value differed from what was usual, in one line for a person.</summary>
    public string Explain() => Explanation.Describe();

    private double SumOfRarities(double value)
    {
        var fromLevel = value - _forecast.Level;
        var fromExpected = value - _forecast.Expected;
        var sum = 0.0;
        var valuesAveraged = 1;
        for (var scale = 0; scale < Scales; scale++)
        {
            sum += AddAveraged(scale, fromLevel, valuesAveraged);
            sum += AddAveraged(Scales + scale, fromExpected, valuesAveraged);
            valuesAveraged *= ScaleRatio;
        }

        var step = value - _last;
        _stepAverage += (Math.Abs(step) - _stepAverage) / StepAverageValues;
        _lastSpreads = Spreads(fromExpected);
        sum += Add(2 * Scales, step)
            + Add((2 * Scales) + 1, _stepAverage)
            + Add((2 * Scales) + 2, _stepAverage - _stepUsual)
            + Add((2 * Scales) + 3, _lastSpreads);
        _stepUsual += (Math.Abs(step) - _stepUsual) / Math.Min(_count, StepMemoryValues);
        return sum;
    }

    private double AddAveraged(int quantity, double value, int valuesAveraged)
    {
        _averages[quantity] += (value - _averages[quantity]) / valuesAveraged;
        return Add(quantity, _averages[quantity]);
    }

    private double Add(int quantity, double value) => _tails[quantity].Add(value, MemoryValues);

    private double Spreads(double difference)
    {
        var spread = _forecast.Spread;
        return spread > 0 ? Math.Clamp(difference / spread, -SpreadsMax, SpreadsMax)
            : difference == 0 ? 0
            : Math.CopySign(SpreadsUnknown, difference);
    }

    private double RarityOfSum(double sum)
    {
        var position = Math.Min(sum * SumBinsPerDecade, SumBins - 1);
        var rarity = _sums.Rarity(position, SumSlope);
        _sums.Add(position, MemoryValues);
        return rarity;
    }
}
