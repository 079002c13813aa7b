using System.Globalization;

namespace EdgeStream.Gateway.Config;

/// <summary>Durations as a person writes them: <c>250ms</c>, <c>10s</c>, <c>5m</c>, <c>12h</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "a number with ms, s, m, h or d, such as 250ms, 10s, 5m, 12h or 7d";

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Reads a duration; a bare number is refused, since nobody can tell its unit, except a plain 0.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        foreach (var (unit, ticks) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out var count)
                && count * ticks < TimeSpan.MaxValue.Ticks)
            {
                duration = TimeSpan.FromTicks((long)(count * ticks));
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back as the same duration.</summary>
    public static string Format(TimeSpan duration)
    {
        for (var index = Units.Length - 1; index >= 0; index--)
        {
            var (unit, ticks) = Units[index];
            if (duration.Ticks >= ticks && duration.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
    }
}
