namespace EdgeStream.Storage;

/// <summary>Why a segment was removed. The numbers are in the gateway's state and in no other use.</summary>
public enum EvictionReason
{
    /// <summary>Its records were older than the log keeps them.</summary>
    Age = 0,

    /// <summary>The log held more bytes than it may.</summary>
    Bytes = 1,

    /// <summary>All logs together held more bytes than they may.</summary>
    Budget = 2,

    /// <summary>The file system had no room for another segment.</summary>
    DiskFull = 3,

    /// <summary>Its owner needs it no more, as the state log does not after a snapshot.</summary>
    Superseded = 4,
}
