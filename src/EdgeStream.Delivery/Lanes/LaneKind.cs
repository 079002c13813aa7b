namespace EdgeStream.Delivery;

/// <summary>Which of a shard's segments a lane works at.</summary>
internal enum LaneKind
{
    /// <summary>One after another, from the first on: a delivery in strict order has this lane alone.</summary>
    Ordered,

    /// <summary>The last one: what comes now.</summary>
    Live,

    /// <summary>Those before the last one, one after another.</summary>
    History,
}
