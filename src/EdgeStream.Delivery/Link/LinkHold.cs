namespace EdgeStream.Delivery;

/// <summary>Why a delivery begins nothing, though its destination may be there.</summary>
public enum LinkHold
{
    /// <summary>It may.</summary>
    None = 0,

    /// <summary>The month's bytes are used up, or what is left is too little for the next batch.</summary>
    Month = 1,

    /// <summary>It is outside of the delivery's windows.</summary>
    Window = 2,
}
