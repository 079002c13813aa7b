using System.Globalization;

namespace EdgeStream.Analytics.Detection;

/// <summary>How a value differed from what was usual, in numbers.</summary>
public readonly record struct AnomalyExplanation
{
    /// <summary>The length of the saved layout in bytes.</summary>
    internal const int SizeBytes = (7 * sizeof(long)) + 1;

    /// <summary>The value.</summary>
    public double Value { get; init; }

    /// <summary>What was expected at its time.</summary>
    public double Expected { get; init; }

    /// <summary>Its distance from that, in the spread that is usual at this time of day; signed.</summary>
    public double Spreads { get; init; }

    /// <summary>Its time, seconds since 1970 in the clock that the detector was told.</summary>
    public long UnixSeconds { get; init; }

    /// <summary>The time from the first value to this one, in seconds.</summary>
    public long HistorySeconds { get; init; }

    /// <summary>How many values there have been.</summary>
    public long HistoryValues { get; init; }

    /// <summary>How often the value has repeated where that is what is unusual, else 0.</summary>
    public long StuckRun { get; init; }

    /// <summary>Whether the expectation is that of a time of day or of the week.</summary>
    public bool IsSeasonal { get; init; }

    /// <summary>One line for a person.</summary>
    /// <param name="clock">What to say behind the time of day, such as UTC; null says nothing.</param>
    public string Describe(string? clock = null)
    {
        var days = HistorySeconds / TimeSpan.SecondsPerDay;
        var history = days > 1 ? $"last {days} days" : $"last {HistoryValues} values";
        if (StuckRun > 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"unchanged for {StuckRun} values, never so long before, {history}");
        }

        var usual = IsSeasonal
            ? string.Create(CultureInfo.InvariantCulture, $"for {HourOfDay:00}:{MinuteOfHour:00}")
                + (clock is null ? "" : $" {clock}")
            : "around the level";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Value:G6}, usual is {Expected:G6}: {Math.Abs(Spreads):0.0}× the usual spread {usual}, {history}");
    }

    private long SecondOfDay =>
        ((UnixSeconds % TimeSpan.SecondsPerDay) + TimeSpan.SecondsPerDay) % TimeSpan.SecondsPerDay;

    private long HourOfDay => SecondOfDay / TimeSpan.SecondsPerHour;

    private long MinuteOfHour => SecondOfDay % TimeSpan.SecondsPerHour / TimeSpan.SecondsPerMinute;

    internal void Write(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Value);
        writer.Add(Expected);
        writer.Add(Spreads);
        writer.Add(UnixSeconds);
        writer.Add(HistorySeconds);
        writer.Add(HistoryValues);
        writer.Add(StuckRun);
        writer.Add((byte)(IsSeasonal ? 1 : 0));
    }

    internal static AnomalyExplanation Read(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source);
        return new AnomalyExplanation
        {
            Value = reader.Double(),
            Expected = reader.Double(),
            Spreads = reader.Double(),
            UnixSeconds = reader.Long(),
            HistorySeconds = reader.Long(),
            HistoryValues = reader.Long(),
            StuckRun = reader.Long(),
            IsSeasonal = reader.Byte() != 0,
        };
    }
}
