namespace EdgeStream.Streams;

/// <summary>What a stream does when the room for all streams is used up. The names are in the state.</summary>
public enum WhenFull
{
    /// <summary>It keeps its records and refuses new ones.</summary>
    Reject = 0,

    /// <summary>It gives up its oldest sealed segments, for itself and for others of its priority or above.</summary>
    DropOldest = 1,
}
