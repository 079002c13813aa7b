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

    /// <summary>Whether what became of a request is durable before the next one goes out, so that a crash sends one
    /// again at most.</summary>
    bool SavesEveryRequest => false;

    /// <summary>Whether a record can be in one request with others, beyond the limits.</summary>
    /// <param name="first">The request's first record.</param>
    /// <param name="next">The record, later than all of them.</param>
    bool Join(DeliveredRecord first, DeliveredRecord next) => true;

    /// <summary>The bytes that a record takes in a request, or a little more.</summary>
    long SizeOf(DeliveredRecord record);

    /// <summary>Sends the records, and sets the verdicts where the result is answered.</summary>
    ValueTask<RequestResult> SendAsync(DeliveryRequest request, CancellationToken cancellationToken);
}
