namespace EdgeStream.Delivery;

/// <summary>A place that takes whole objects by name.</summary>
/// <remarks>
/// Thread-safe: the shards of one delivery send at the same time. An object of a name that is there already is
/// replaced, whole or not at all. Expected failures are results; an exception is taken for a retryable failure. Every
/// call ends within a bound of its own.
/// </remarks>
public interface IDestination : IDisposable
{
    /// <summary>Stores the object; its content stays valid until the call completes.</summary>
    ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken);

    /// <summary>Tells whether an object of that name is there: accepted if so, absent if not.</summary>
    ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken);

    /// <summary>
    /// Delivered objects that the destination has removed by itself to stay within its bounds, since it was opened.
    /// </summary>
    long RemovedObjects { get; }

    /// <summary>Whether what was sent stays on its way when an attempt has failed: then the same object must come next,
    /// not another.</summary>
    bool KeepsOnTheWay => false;

    /// <summary>Whether <see cref="FindAsync"/> knows; where false, it says absent of what may be there.</summary>
    bool KnowsObjects => true;
}
