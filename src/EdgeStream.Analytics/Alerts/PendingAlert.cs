namespace EdgeStream.Analytics;

/// <summary>A condition that holds, for less than the rule's <c>for:</c>; no alert yet.</summary>
/// <param name="Alert">What would fire now, under the id that it would have.</param>
/// <param name="Held">How long the condition has held when this was looked at.</param>
/// <param name="HoldTime">How long it has to hold.</param>
public sealed record PendingAlert(Alert Alert, TimeSpan Held, TimeSpan HoldTime);
