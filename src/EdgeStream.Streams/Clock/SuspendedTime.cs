using System.Diagnostics;
using System.Globalization;

namespace EdgeStream.Streams;

/// <summary>How long the machine has slept since its start: the monotonic clock stands still meanwhile.</summary>
internal static class SuspendedTime
{
    private const string UptimePath = "/proc/uptime";

    /// <summary>The time in microseconds, exact to about 20 ms; 0 where the kernel does not tell.</summary>
    internal static long ReadMicroseconds()
    {
        var before = Stopwatch.GetTimestamp();
        string text;
        try
        {
            text = File.ReadAllText(UptimePath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }

        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end > 0
            && double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var uptime)
            ? (long)((uptime - ((double)before / Stopwatch.Frequency)) * 1_000_000)
            : 0;
    }
}
