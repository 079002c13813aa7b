namespace EdgeStream.Kinesis;

/// <summary>How many requests are served and how many bytes they hold, against their bounds.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RequestBudget(KinesisLimits limits)
{
    private long _bytes;
    private int _requests;
    private int _subscriptions;

    /// <summary>Requests that are served now.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>Subscriptions that are served now.</summary>
    internal int Subscriptions => Volatile.Read(ref _subscriptions);

    /// <summary>Counts a request that begins.</summary>
    /// <exception cref="ApiException">There are too many.</exception>
    internal void Enter()
    {
        if (Interlocked.Increment(ref _requests) > limits.RequestsMax)
        {
            Leave();
            throw Busy();
        }
    }

    /// <summary>Counts a request that has ended.</summary>
    internal void Leave() => Interlocked.Decrement(ref _requests);

    /// <summary>Counts a subscription that begins: it is no request any more.</summary>
    /// <exception cref="ApiException">There are too many.</exception>
    internal void EnterSubscription()
    {
        if (Interlocked.Increment(ref _subscriptions) > limits.SubscriptionsMax)
        {
            LeaveSubscription();
            throw ApiException.LimitExceeded("The gateway serves as many subscriptions as it may.");
        }
    }

    /// <summary>Counts a subscription that has ended.</summary>
    internal void LeaveSubscription() => Interlocked.Decrement(ref _subscriptions);

    /// <summary>Counts bytes that a request is going to hold.</summary>
    /// <exception cref="ApiException">There are too many.</exception>
    internal void Take(long sizeBytes)
    {
        if (Interlocked.Add(ref _bytes, sizeBytes) > limits.RequestBytesMax)
        {
            Return(sizeBytes);
            throw Busy();
        }
    }

    /// <summary>Counts bytes that a request no longer holds.</summary>
    internal void Return(long sizeBytes) => Interlocked.Add(ref _bytes, -sizeBytes);

    private static ApiException Busy() => new(
        ErrorType.ServiceUnavailable, "The gateway serves as many requests as it may. Try again.", 503);
}
