using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Config;

/// <summary>Points in time as people write them.</summary>
internal static class MomentText
{
    /// <summary>What may be written.</summary>
    public const string Allowed = "a time like 2026-01-31T12:00:00Z, or how long ago, like 7d";

    /// <summary>Reads a time in ISO 8601 (in UTC where it names no zone), or a duration before now.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out Timestamp time)
    {
        if (DurationText.TryParse(text, out var ago) && text != "0")
        {
            time = Timestamp.From(now - ago);
            return true;
        }

        var isTime = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        time = Timestamp.From(parsed);
        return isTime;
    }
}
