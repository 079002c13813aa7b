namespace EdgeStream.Delivery;

/// <summary>Rejected records by the reason.</summary>
/// <param name="Refused">Refused for a reason of the destination's own.</param>
/// <param name="InvalidName">Whose name or topic no destination takes.</param>
/// <param name="NotAuthorized">Under whose name or topic nobody may write.</param>
/// <param name="TooLarge">Larger than the destination takes.</param>
/// <param name="InvalidData">Whose bytes are not what is needed.</param>
public readonly record struct RejectionCounts(
    long Refused, long InvalidName, long NotAuthorized, long TooLarge, long InvalidData)
{
    /// <summary>All of them.</summary>
    public long Total => Refused + InvalidName + NotAuthorized + TooLarge + InvalidData;

    /// <summary>Those of one reason.</summary>
    public long this[RejectionReason reason] => reason switch
    {
        RejectionReason.InvalidName => InvalidName,
        RejectionReason.NotAuthorized => NotAuthorized,
        RejectionReason.TooLarge => TooLarge,
        RejectionReason.InvalidData => InvalidData,
        _ => Refused,
    };

    /// <summary>Adds two counts.</summary>
    public static RejectionCounts operator +(RejectionCounts left, RejectionCounts right) => new(
        left.Refused + right.Refused, left.InvalidName + right.InvalidName, left.NotAuthorized + right.NotAuthorized,
        left.TooLarge + right.TooLarge, left.InvalidData + right.InvalidData);

    /// <summary>One record more.</summary>
    internal RejectionCounts Plus(RejectionReason reason) => this + new RejectionCounts(
        reason == RejectionReason.Refused ? 1 : 0,
        reason == RejectionReason.InvalidName ? 1 : 0,
        reason == RejectionReason.NotAuthorized ? 1 : 0,
        reason == RejectionReason.TooLarge ? 1 : 0,
        reason == RejectionReason.InvalidData ? 1 : 0);
}
