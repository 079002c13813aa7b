namespace EdgeStream.Streams;

/// <summary>Why a queue does not do what it is asked.</summary>
public enum QueueRefusal
{
    /// <summary>The queue was deleted, or its stream.</summary>
    Gone,

    /// <summary>Another queue has the name.</summary>
    NameTaken,

    /// <summary>The stream has as many queues and registered consumers as it may have.</summary>
    TooMany,
}
