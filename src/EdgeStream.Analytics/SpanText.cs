namespace EdgeStream.Analytics;

/// <summary>Durations as people read them in messages: <c>40 s</c>, <c>5 min</c>, <c>2.5 h</c>, <c>3
/// days</c>.</summary>
internal static class SpanText
{
    private static readonly (double Seconds, string Unit)[] Units =
        [(TimeSpan.SecondsPerDay, "days"), (TimeSpan.SecondsPerHour, "h"), (TimeSpan.SecondsPerMinute, "min")];

    public static string OfMicroseconds(long microseconds) =>
        Of(TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond));

    public static string Of(TimeSpan span)
    {
        foreach (var (seconds, unit) in Units)
        {
            // Two of a unit are easier to read than many of the smaller one.
            if (span.TotalSeconds >= 2 * seconds)
            {
                return $"{NumberText.Of(Math.Round(span.TotalSeconds / seconds, 1))} {unit}";
            }
        }

        return $"{NumberText.Of(span.TotalSeconds)} s";
    }
}
