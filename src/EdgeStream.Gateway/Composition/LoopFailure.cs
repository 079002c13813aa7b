namespace EdgeStream.Gateway.Composition;

/// <summary>The latest failure of one loop.</summary>
/// <param name="Part">The loop's name.</param>
/// <param name="Error">What ended it.</param>
/// <param name="At">When, as a time stamp of the guard's clock.</param>
internal sealed record LoopFailure(string Part, Exception Error, long At);
