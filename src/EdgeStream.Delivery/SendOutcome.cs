namespace EdgeStream.Delivery;

/// <summary>What a destination did with one object.</summary>
public enum SendOutcome
{
    /// <summary>The destination has the whole object durably, as far as it can tell.</summary>
    Accepted = 0,

    /// <summary>Not now: the link, the server or the disk is away or busy. Trying again helps by itself.</summary>
    Retryable = 1,

    /// <summary>
    /// Refused for a reason that someone must mend: credentials, a missing bucket, a folder without permission.
    /// </summary>
    Rejected = 2,

    /// <summary>Asked whether it has an object: it answered and has none of that name.</summary>
    Absent = 3,
}
