namespace EdgeStream.Streams;

/// <summary>Whose records stay when the room for all streams is used up. The names are in the state.</summary>
public enum StreamPriority
{
    /// <summary>Gives up its records first.</summary>
    Low = 0,

    /// <summary>Gives up its records when no low stream has any to give.</summary>
    Normal = 1,

    /// <summary>Gives up its records last, and may use the reserve.</summary>
    High = 2,
}
