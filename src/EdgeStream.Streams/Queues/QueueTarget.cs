namespace EdgeStream.Streams;

/// <summary>Which records of a queue are meant.</summary>
public enum QueueTarget
{
    /// <summary>Those that are to be processed.</summary>
    Records,

    /// <summary>Those that were received too often.</summary>
    DeadLetters,
}
