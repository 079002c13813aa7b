namespace EdgeStream.Streams;

/// <summary>How a consumer group is made. Immutable; they count for the group's whole life.</summary>
public sealed record GroupOptions
{
    /// <summary>The shortest lease.</summary>
    public static readonly TimeSpan LeaseDurationMin = TimeSpan.FromSeconds(1);

    /// <summary>The longest lease.</summary>
    public static readonly TimeSpan LeaseDurationMax = TimeSpan.FromMinutes(5);

    /// <summary>Where the group begins: TRIM_HORIZON, LATEST or AT_TIMESTAMP.</summary>
    /// <remarks>
    /// It is resolved once, when the group is made. Shards that come later begin with their first record.
    /// </remarks>
    public ShardPosition Start { get; init; }

    /// <summary>
    /// How long a lease lasts that nobody renews, and how long a member counts that is not heard of: a second to five
    /// minutes, in whole milliseconds; 10 seconds unless said otherwise.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks every member against its range.</summary>
    /// <exception cref="ArgumentException">A member is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Start.Kind is not (ShardPositionKind.TrimHorizon or ShardPositionKind.Latest
            or ShardPositionKind.AtTimestamp))
        {
            throw new ArgumentException(
                $"Start is {Start.Kind}; a group begins at TRIM_HORIZON, LATEST or AT_TIMESTAMP.");
        }

        if (LeaseDuration < LeaseDurationMin || LeaseDuration > LeaseDurationMax)
        {
            throw new ArgumentException(
                $"LeaseDuration is {LeaseDuration.TotalMilliseconds} ms; allowed is 1,000 to 300,000 ms.");
        }
    }
}
