namespace EdgeStream.Delivery;

/// <summary>A server that takes records by requests of several, and answers for each or for all of them.</summary>
/// <remarks>Thread-safe: the shards of one delivery send at the same time. Every call ends within a bound of its own.
/// An exception is taken for a failure that passes.</remarks>
internal interface IRequestTarget : IDisposable
{
    /// <summary>How much goes into one request.</summary>
    RequestLimits Limits { get; }

    /// <summary>Whether what was sent stays on its way when an attempt was given up.</summary>
    bool KeepsOnTheWay => false;

    /// <summary>The bytes that a record takes in a request, or a little more.</summary>
    long SizeOf(DeliveredRecord record);

    /// <summary>Sends the records, and sets the verdicts where the result is answered.</summary>
    ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken);
}
