namespace EdgeStream.Analytics;

/// <summary>A notification, and the entries that are done with when it was taken.</summary>
internal sealed record DueNotification(AlertNotification Notification, IReadOnlyList<ActionEntry> Entries);
