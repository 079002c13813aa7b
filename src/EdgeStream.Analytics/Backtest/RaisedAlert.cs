namespace EdgeStream.Analytics;

/// <summary>An alert from its firing to its end.</summary>
/// <param name="Fired">The alert when it fired.</param>
/// <param name="Resolved">The alert when it resolved; null if it still stands.</param>
public sealed record RaisedAlert(Alert Fired, Alert? Resolved)
{
    /// <summary>Stored alerts have their times in milliseconds.</summary>
    private const long StoredMicroseconds = 1_000;

    /// <summary>Whether it stood at any moment of a time.</summary>
    public bool Overlaps(Storage.Timestamp? from, Storage.Timestamp? to) =>
        (to is not { } end || Fired.FiredAt <= end)
        && (from is not { } begin || Resolved?.ResolvedAt is not { } over || over >= begin);

    /// <summary>Whether it fired before another was over, or at most so much later.</summary>
    public bool FiredWithin(RaisedAlert other, TimeSpan lagMax) => other.Resolved?.ResolvedAt is not { } over
        || Fired.FiredAt.UnixMicroseconds - over.UnixMicroseconds <= lagMax.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Whether it, which was stored, was over when another fired.</summary>
    public bool IsOverBefore(RaisedAlert other) => Resolved?.ResolvedAt is { } over
        && over.UnixMicroseconds + StoredMicroseconds <= other.Fired.FiredAt.UnixMicroseconds;

    /// <summary>Whether it stood at any moment together with another.</summary>
    public bool Overlaps(RaisedAlert other) => Overlaps(other.Fired.FiredAt, other.Resolved?.ResolvedAt);
}
