namespace EdgeStream.Delivery;

/// <summary>When a delivery may use its link: the windows of a week, by the clock on the wall of a time zone.</summary>
/// <remarks>Where a zone's clock jumps, the wall counts: an hour that is left out is no time of any window, one that
/// comes twice is in its windows twice. Thread-safe.</remarks>
internal sealed class LinkCalendar
{
    /// <summary>A window of a single day of the week that a jump leaves out comes a week later.</summary>
    private const int SearchMinutesMax = 22 * 24 * 60;

    private readonly LinkWindow[] _windows;
    private readonly TimeZoneInfo _zone;
    private readonly Lock _gate = new();

    /// <summary>The times between which nothing is open, as found last.</summary>
    private DateTimeOffset _closedAt;
    private DateTimeOffset _opensAt;

    /// <summary>Reads the windows.</summary>
    /// <param name="windows">Texts that are windows; none for always.</param>
    /// <param name="zone">The zone.</param>
    public LinkCalendar(IReadOnlyList<string> windows, TimeZoneInfo zone)
    {
        _zone = zone;
        _windows = new LinkWindow[windows.Count];
        for (var i = 0; i < windows.Count; i++)
        {
            if (!LinkWindow.TryParse(windows[i], out _windows[i]))
            {
                throw new ArgumentException($"'{windows[i]}' {LinkWindow.Allowed}.", nameof(windows));
            }
        }
    }

    /// <summary>When the link may be used again; null where it may be now.</summary>
    public DateTimeOffset? ClosedUntil(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now >= _closedAt && now < _opensAt)
            {
                return _opensAt;
            }

            if (_windows.Length == 0 || IsOpen(now))
            {
                return null;
            }

            _closedAt = now;
            _opensAt = NextOpening(now);
            return _opensAt;
        }
    }

    /// <summary>Windows and zones change at whole minutes.</summary>
    private DateTimeOffset NextOpening(DateTimeOffset now)
    {
        var at = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        for (var minute = 0; minute < SearchMinutesMax && at.Year < DateTimeOffset.MaxValue.Year; minute++)
        {
            at += TimeSpan.FromMinutes(1);
            if (IsOpen(at))
            {
                break;
            }
        }

        return at;
    }

    private bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, _zone).DateTime;
        foreach (var window in _windows)
        {
            if (window.Contains(local))
            {
                return true;
            }
        }

        return false;
    }
}
