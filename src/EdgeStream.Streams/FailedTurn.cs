namespace EdgeStream.Streams;

/// <summary>A part of the work that is due about once a second, and that failed when it had its last turn.</summary>
/// <param name="Part">What it is, for people.</param>
/// <param name="Error">Why it failed, the last time.</param>
/// <param name="Times">How many turns in a row have failed.</param>
public sealed record FailedTurn(string Part, Exception Error, long Times);
