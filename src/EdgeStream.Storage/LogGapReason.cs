namespace EdgeStream.Storage;

/// <summary>Why records of a log cannot be read any more.</summary>
public enum LogGapReason
{
    /// <summary>Retention or the quota took them before they were read.</summary>
    Evicted = 0,

    /// <summary>Their bytes are damaged, or their file is gone.</summary>
    Damaged = 1,
}
