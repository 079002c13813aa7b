namespace EdgeStream.Delivery;

/// <summary>Whether a delivery's shards may try its destination.</summary>
public enum BreakerState
{
    /// <summary>Each of them, at its own pace.</summary>
    Closed = 0,

    /// <summary>One is on trial, or was and the others follow one after another.</summary>
    HalfOpen = 1,

    /// <summary>The destination has failed too often: one of them waits to try, the others wait for it.</summary>
    Open = 2,
}
