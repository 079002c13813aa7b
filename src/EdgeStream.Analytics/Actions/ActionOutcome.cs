namespace EdgeStream.Analytics;

/// <summary>Whether an action is done.</summary>
public enum ActionOutcome
{
    /// <summary>It is done.</summary>
    Done = 0,

    /// <summary>It failed and may succeed later: it is tried again.</summary>
    Failed = 1,

    /// <summary>It was refused and would be again: it is not tried again.</summary>
    Refused = 2,
}
