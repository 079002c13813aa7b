namespace EdgeStream.Gateway.Cli.LogTools;

/// <summary>Which records of a log are wanted.</summary>
/// <param name="From">The first one; null for the oldest.</param>
/// <param name="To">The last one; null for the newest.</param>
/// <param name="Limit">At most this many.</param>
internal sealed record LogRange(LogPlace? From, LogPlace? To, long Limit);
