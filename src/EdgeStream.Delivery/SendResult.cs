namespace EdgeStream.Delivery;

/// <summary>A destination's answer and, unless it accepted, the reason in words a person can act on.</summary>
public readonly record struct SendResult
{
    private SendResult(
        SendOutcome outcome, string? reason, TimeSpan? retryAfter, bool isNameRefused = false, bool isTooLarge = false)
    {
        Outcome = outcome;
        Reason = reason;
        RetryAfter = retryAfter;
        IsNameRefused = isNameRefused;
        IsTooLarge = isTooLarge;
    }

    /// <summary>What happened.</summary>
    public SendOutcome Outcome { get; }

    /// <summary>Why; null when accepted or absent.</summary>
    public string? Reason { get; }

    /// <summary>How long the destination asked to be left alone; null when it said nothing.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the destination takes no object of that name at all, and so has none.</summary>
    public bool IsNameRefused { get; }

    /// <summary>Whether the destination takes no object of that size.</summary>
    public bool IsTooLarge { get; }

    /// <summary>The object is there.</summary>
    public static SendResult Accepted => default;

    /// <summary>No object of that name is there.</summary>
    public static SendResult Absent => new(SendOutcome.Absent, null, null);

    /// <summary>Trying again helps by itself.</summary>
    public static SendResult Retryable(string reason, TimeSpan? retryAfter = null) =>
        new(SendOutcome.Retryable, reason, retryAfter);

    /// <summary>Someone must mend something first.</summary>
    public static SendResult Rejected(string reason) => new(SendOutcome.Rejected, reason, null);

    /// <summary>No object can have that name: someone must change the prefix first.</summary>
    public static SendResult NameRefused(string reason) =>
        new(SendOutcome.Rejected, reason, null, isNameRefused: true);

    /// <summary>No object of that size is taken: smaller ones may be.</summary>
    public static SendResult TooLarge(string reason) => new(SendOutcome.Rejected, reason, null, isTooLarge: true);
}
