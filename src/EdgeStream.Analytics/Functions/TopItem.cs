namespace EdgeStream.Analytics;

/// <summary>One of the most frequent items of a window.</summary>
/// <param name="Item">The item.</param>
/// <param name="Count">How often it came; where there were too many different ones, an upper bound.</param>
public readonly record struct TopItem(string Item, long Count);
