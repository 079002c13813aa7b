namespace EdgeStream.Delivery;

/// <summary>Why a record can never reach its destination. The numbers reach the disk.</summary>
public enum RejectionReason
{
    /// <summary>The destination refuses it for a reason of its own.</summary>
    Refused = 0,

    /// <summary>The name or topic that follows from the record is none that the destination takes.</summary>
    InvalidName = 1,

    /// <summary>Nobody may write under the name or topic that follows from the record.</summary>
    NotAuthorized = 2,

    /// <summary>It is larger than the destination takes.</summary>
    TooLarge = 3,

    /// <summary>Its bytes are not what the format or the destination needs.</summary>
    InvalidData = 4,
}
