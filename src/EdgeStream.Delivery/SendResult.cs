namespace EdgeStream.Delivery;

/// <summary>A destination's answer and, unless it accepted, the reason in words a person can act on.</summary>
public readonly record struct SendResult
{
    private SendResult(SendOutcome outcome, string? reason, TimeSpan? retryAfter)
    {
        Outcome = outcome;
        Reason = reason;
        RetryAfter = retryAfter;
    }

    /// <summary>What happened.</summary>
    public SendOutcome Outcome { get; }

    /// <summary>Why; null when accepted or absent.</summary>
    public string? Reason { get; }

    /// <summary>How long the destination asked to be left alone; null when it said nothing.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The object is there.</summary>
    public static SendResult Accepted => default;

    /// <summary>No object of that name is there.</summary>
    public static SendResult Absent => new(SendOutcome.Absent, null, null);

    /// <summary>Trying again helps by itself.</summary>
    public static SendResult Retryable(string reason, TimeSpan? retryAfter = null) =>
        new(SendOutcome.Retryable, reason, retryAfter);

    /// <summary>Someone must mend something first.</summary>
    public static SendResult Rejected(string reason) => new(SendOutcome.Rejected, reason, null);
}
