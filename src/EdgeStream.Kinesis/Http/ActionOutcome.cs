namespace EdgeStream.Kinesis;

/// <summary>What a call came to.</summary>
public enum ActionOutcome
{
    /// <summary>It was answered as asked.</summary>
    Succeeded = 0,

    /// <summary>It was answered with an error that its sender can mend.</summary>
    Refused = 1,

    /// <summary>It exceeded a limit: its sender shall try later.</summary>
    Throttled = 2,

    /// <summary>The gateway could not do it.</summary>
    Failed = 3,

    /// <summary>The client left before it was answered.</summary>
    Aborted = 4,
}
