using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>A record that a queue has given out and that is not acknowledged.</summary>
internal sealed class QueueItem(SequenceNumber sequence)
{
    /// <summary>The record.</summary>
    internal SequenceNumber Sequence { get; } = sequence;

    /// <summary>How often it was received.</summary>
    internal int Receives { get; set; }

    /// <summary>When it was received first.</summary>
    internal Timestamp FirstReceivedAt { get; set; }

    /// <summary>Until when nobody receives it, in the queue's own time.</summary>
    internal TimeSpan InvisibleUntil { get; set; }

    /// <summary>Whether it is a dead letter.</summary>
    internal bool IsDead { get; set; }
}
