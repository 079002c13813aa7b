using System.Globalization;

namespace EdgeStream.Gateway.Cli;

/// <summary>Reads the time of a row: a date with a time, ISO 8601, or a number since 1970.</summary>
internal static class SeriesTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd",
    ];

    // Ticks have seven digits of a second; who writes nanoseconds has nine.
    private const int FractionDigitsMax = 7;

    // A number of seconds stays below this until the year 5138; more are milli-, micro- or nanoseconds.
    private const double SecondsMax = 1e11;
    private const double Thousand = 1000;
    private const int NumberUnits = 4;

    /// <summary>The seconds since 1970 by the clock of the text: an offset from UTC is not added, since hours and
    /// weekdays are those of the place.</summary>
    public static bool TryParse(string text, out long unixSeconds)
    {
        if (DateTimeOffset.TryParseExact(
            WithoutFineFraction(text),
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time))
        {
            unixSeconds = (time.DateTime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
            return true;
        }

        unixSeconds = 0;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        for (var unit = 1; unit < NumberUnits && Math.Abs(number) >= SecondsMax; unit++)
        {
            number /= Thousand;
        }

        unixSeconds = Math.Abs(number) < SecondsMax ? (long)Math.Floor(number) : 0;
        return Math.Abs(number) < SecondsMax;
    }

    /// <summary>The text without the digits of a second that no clock here has.</summary>
    private static string WithoutFineFraction(string text)
    {
        var start = text.IndexOf('.') + 1;
        var end = start;
        while (start > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - start > FractionDigitsMax ? text.Remove(start + FractionDigitsMax, end - start - FractionDigitsMax)
            : text;
    }
}
