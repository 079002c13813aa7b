namespace EdgeStream.Delivery;

/// <summary>What a delivery is doing.</summary>
public enum DeliveryState
{
    /// <summary>Nothing to send, or collecting a batch.</summary>
    Idle = 0,

    /// <summary>A batch is on its way.</summary>
    Delivering = 1,

    /// <summary>The last attempt failed; the next has its time.</summary>
    BackingOff = 2,

    /// <summary>Nothing begins: the delivery's own limits of the link say so.</summary>
    Waiting = 3,
}
