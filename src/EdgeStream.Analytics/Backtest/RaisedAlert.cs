namespace EdgeStream.Analytics;

/// <summary>An alert from its firing to its end.</summary>
/// <param name="Fired">The alert when it fired.</param>
/// <param name="Resolved">The alert when it resolved; null if it still stands.</param>
public sealed record RaisedAlert(Alert Fired, Alert? Resolved)
{
    /// <summary>Whether it stood at any moment of a time.</summary>
    public bool Overlaps(Storage.Timestamp? from, Storage.Timestamp? to) =>
        (to is not { } end || Fired.FiredAt <= end)
        && (from is not { } begin || Resolved?.ResolvedAt is not { } over || over >= begin);

    /// <summary>Whether it stood at any moment together with another.</summary>
    public bool Overlaps(RaisedAlert other) => Overlaps(other.Fired.FiredAt, other.Resolved?.ResolvedAt);
}
