namespace EdgeStream.Streams;

/// <summary>The iterator types.</summary>
public enum ShardPositionKind
{
    /// <summary>At the oldest record that is kept.</summary>
    TrimHorizon = 0,

    /// <summary>After the newest record at the time of opening.</summary>
    Latest = 1,

    /// <summary>At a sequence number.</summary>
    AtSequenceNumber = 2,

    /// <summary>After a sequence number.</summary>
    AfterSequenceNumber = 3,

    /// <summary>At the first record that arrived at or after a time.</summary>
    AtTimestamp = 4,
}
