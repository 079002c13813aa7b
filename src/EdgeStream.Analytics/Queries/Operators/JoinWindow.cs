namespace EdgeStream.Analytics;

/// <summary>The window of one side of a join.</summary>
/// <param name="IsRows">Whether <paramref name="Preceding"/> counts rows, and not microseconds.</param>
/// <param name="Preceding">How far back it reaches; 0 for the current ROWTIME.</param>
internal readonly record struct JoinWindow(bool IsRows, long Preceding);
