namespace EdgeStream.Delivery;

/// <summary>One value of one series at one time.</summary>
/// <param name="labels">The labels with the metric's name, sorted by their names' bytes.</param>
/// <param name="series">The series as a query selects it; the same text for the same labels.</param>
/// <param name="timeMs">Milliseconds since 1970.</param>
/// <param name="value">The value.</param>
internal sealed class PrometheusSample(
    KeyValuePair<string, string>[] labels, string series, long timeMs, double value)
{
    /// <summary>The labels with the metric's name, sorted by their names' bytes.</summary>
    public KeyValuePair<string, string>[] Labels { get; } = labels;

    /// <summary>The series as a query selects it; the same text for the same labels.</summary>
    public string Series { get; } = series;

    /// <summary>Milliseconds since 1970.</summary>
    public long TimeMs { get; } = timeMs;

    /// <summary>The value.</summary>
    public double Value { get; } = value;
}
