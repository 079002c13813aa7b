namespace EdgeStream.Delivery;

/// <summary>How much goes into one request.</summary>
/// <param name="RecordsMax">Records, 1 at least.</param>
/// <param name="BytesMax">The sum of what <see cref="IRequestTarget.SizeOf"/> says; one record may be larger and then
/// goes alone.</param>
/// <param name="IsOnePerKey">Whether a request has at most one record of each partition key, so that a key's order
/// holds where a server takes some records of a request and not others.</param>
internal readonly record struct RequestLimits(int RecordsMax, long BytesMax, bool IsOnePerKey);
