namespace EdgeStream.Delivery;

/// <summary>What a server said of one record of a request.</summary>
internal readonly record struct RecordVerdict
{
    private RecordVerdict(
        bool isAccepted, RejectionReason? refused, string code, string message, bool isOwnFault = false)
    {
        IsAccepted = isAccepted;
        Refused = refused;
        IsOwnFault = isOwnFault;
        Code = code;
        Message = message;
    }

    /// <summary>Whether the server has it; false, too, as long as nothing was said.</summary>
    public bool IsAccepted { get; }

    /// <summary>Why the server will never take it; null where it did, or may another time.</summary>
    public RejectionReason? Refused { get; }

    /// <summary>Whether the server has named a reason that only the record can have: it is put aside even where the
    /// server takes no other.</summary>
    public bool IsOwnFault { get; }

    /// <summary>Whether the server says that a record of this id, or of later ones, was sent before: one that it has
    /// where it is accepted, else one of which it can't tell any more.</summary>
    public bool IsRepeat { get; private init; }

    /// <summary>The server's code; null where nothing was said.</summary>
    public string? Code { get; }

    /// <summary>The server's words.</summary>
    public string? Message { get; }

    /// <summary>The same of a record whose id is not new to the server.</summary>
    public RecordVerdict AsRepeat() => this with { IsRepeat = true };

    /// <summary>The server has it.</summary>
    public static RecordVerdict Accepted { get; } = new(true, null, "", "");

    /// <summary>The server takes it another time.</summary>
    public static RecordVerdict Again(string code, string message) => new(false, null, code, message);

    /// <summary>The server says that it will never take it.</summary>
    public static RecordVerdict RefusedAs(RejectionReason reason, string code, string message) =>
        new(false, reason, code, message);

    /// <summary>The server says that it will never take it, for a reason that only the record can have.</summary>
    public static RecordVerdict OwnFault(RejectionReason reason, string code, string message) =>
        new(false, reason, code, message, isOwnFault: true);
}
