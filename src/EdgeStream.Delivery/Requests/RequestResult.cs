namespace EdgeStream.Delivery;

/// <summary>What became of one request.</summary>
internal readonly record struct RequestResult
{
    private RequestResult(SendResult? failure, RecordVerdict? refusal)
    {
        Failure = failure;
        Refusal = refusal;
    }

    /// <summary>Why nothing of it counts as taken, for a reason that no record has; null where there is none.</summary>
    public SendResult? Failure { get; }

    /// <summary>Why the server refused it as a whole, where that may be the fault of one of its records.</summary>
    public RecordVerdict? Refusal { get; }

    /// <summary>The server has answered for each record, which the request's verdicts hold.</summary>
    public static RequestResult Answered => default;

    /// <summary>Nothing of it counts as taken, whatever its records are.</summary>
    public static RequestResult Failed(SendResult failure) => new(failure, null);

    /// <summary>The server refused all of it, and one of its records may be why.</summary>
    public static RequestResult Refused(RejectionReason reason, string code, string message) =>
        new(null, RecordVerdict.RefusedAs(reason, code, message));
}
