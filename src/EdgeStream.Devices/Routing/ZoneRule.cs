using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>The zone of devices that state local times without saying so.</summary>
/// <remarks>
/// An hour that comes twice when clocks are set back means the one that lies nearer to the message's arrival; a time
/// that never was, when they are set forward, cannot be believed.
/// </remarks>
internal sealed class ZoneRule
{
    private readonly TimeZoneInfo _zone;

    private ZoneRule(TimeZoneInfo zone) => _zone = zone;

    /// <summary>Finds a zone by its name in the time zone database.</summary>
    internal static bool TryParse(string text, out ZoneRule? rule, out string problem)
    {
        rule = null;
        problem = "";
        try
        {
            rule = new ZoneRule(TimeZoneInfo.FindSystemTimeZoneById(text));
            return true;
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException
            or System.Security.SecurityException)
        {
            problem = $"'{text}' is no time zone of this machine; write it like Europe/Berlin or UTC (the zones are "
                + "in /usr/share/zoneinfo, Debian's package tzdata)";
            return false;
        }
    }

    /// <summary>The time that a clock on the wall there means.</summary>
    internal ReadingTime Read(DateTime local, Timestamp now)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (_zone.IsInvalidTime(local))
        {
            return ReadingTime.Unusable;
        }

        if (!_zone.IsAmbiguousTime(local))
        {
            return new ReadingTime(Microseconds(local, _zone.GetUtcOffset(local)), TimeQuality.Local);
        }

        var nearest = long.MaxValue;
        foreach (var offset in _zone.GetAmbiguousTimeOffsets(local))
        {
            var candidate = Microseconds(local, offset);
            if (nearest == long.MaxValue
                || Math.Abs(candidate - now.UnixMicroseconds) < Math.Abs(nearest - now.UnixMicroseconds))
            {
                nearest = candidate;
            }
        }

        return new ReadingTime(nearest, TimeQuality.Local);
    }

    private static long Microseconds(DateTime local, TimeSpan offset) =>
        (local.Ticks - offset.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
