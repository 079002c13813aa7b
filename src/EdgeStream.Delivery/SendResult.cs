namespace EdgeStream.Delivery;

/// <summary>A destination's answer and, unless it accepted, the reason in words a person can act on.</summary>
public readonly record struct SendResult
{
    private SendResult(
        SendOutcome outcome, string? reason, TimeSpan? retryAfter, bool isNameRefused = false, bool isTooLarge = false,
        bool isUnproven = false)
    {
        Outcome = outcome;
        Reason = reason;
        RetryAfter = retryAfter;
        IsNameRefused = isNameRefused;
        IsTooLarge = isTooLarge;
        IsUnproven = isUnproven;
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

    /// <summary>Whether every record of the object was refused, or not sent behind a refused one, and none is known to
    /// be its own fault: an object with further records may tell.</summary>
    public bool IsUnproven { get; }

    /// <summary>Whether the attempt has settled records, though not all: the destination is there.</summary>
    internal bool HasProgress { get; init; }

    /// <summary>Whether the server has records under ids that were never sent: the data folder was set back in time, or
    /// there is a copy of it.</summary>
    internal bool IsSetBack { get; init; }

    /// <summary>Whether no connection came about, so that nothing of the last request was sent.</summary>
    internal bool IsUnsent { get; init; }

    /// <summary>Whether the attempt was ended for another, and so says nothing of the destination.</summary>
    internal bool IsCutShort { get; init; }

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

    /// <summary>Records are refused, and others of the object do not tell whether that is their own fault.</summary>
    /// <remarks>It is tried again as what is <see cref="Retryable"/>. Where nothing of the object is settled, it is
    /// given up for one with what has come since: nothing of it may be on its way then.</remarks>
    public static SendResult Unproven(string reason) =>
        new(SendOutcome.Retryable, reason, null, isUnproven: true);
}
