namespace EdgeStream.Gateway.Actions;

/// <summary>How a command ended.</summary>
/// <param name="Code">Its exit code; 0 where it was ended by a signal.</param>
/// <param name="Signal">The signal that ended it; 0 where it ended itself.</param>
/// <param name="IsTimedOut">Whether it was killed since its time was up.</param>
/// <param name="Errors">The beginning of what it wrote to standard error, on one line.</param>
internal sealed record ChildEnd(int Code, int Signal, bool IsTimedOut, string Errors);
