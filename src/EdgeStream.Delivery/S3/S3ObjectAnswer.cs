namespace EdgeStream.Delivery;

/// <summary>What came of a read of an object.</summary>
/// <param name="Content">The object; null where it is the one that is known, and where there is a problem.</param>
/// <param name="Tag">What tells it from the ones before and after (<c>ETag</c>); null where the server gave
/// none.</param>
/// <param name="ChangedAt">When it was put there, by the server's clock; null where it did not say.</param>
/// <param name="Problem">Why nothing was read, and what to do; null where nothing is wrong.</param>
public sealed record S3ObjectAnswer(
    byte[]? Content = null, string? Tag = null, DateTimeOffset? ChangedAt = null, string? Problem = null);
