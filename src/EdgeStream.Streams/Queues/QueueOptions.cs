namespace EdgeStream.Streams;

/// <summary>How a queue is made. Immutable.</summary>
public sealed record QueueOptions
{
    /// <summary>The longest time that a record is invisible behind being received.</summary>
    public static readonly TimeSpan VisibilityTimeoutMax = TimeSpan.FromHours(12);

    /// <summary>How often a record may be received at most before it is a dead letter, if there are any.</summary>
    public const int ReceivesMaxLimit = 1000;

    /// <summary>Where the queue begins: TRIM_HORIZON, LATEST or AT_TIMESTAMP.</summary>
    /// <remarks>Resolved once, when the queue is made. Shards that come later begin with their first record.</remarks>
    public ShardPosition Start { get; init; } = ShardPosition.Latest;

    /// <summary>How long nobody else receives a record that was received: 0 to 12 hours, in whole seconds; 30 seconds
    /// unless said otherwise.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a record is received without being acknowledged before it is a dead letter: 1 to 1,000, 6
    /// unless said otherwise; null for as long as the stream keeps it.</summary>
    public int? ReceivesMax { get; init; } = 6;

    /// <summary>Checks every member against its range.</summary>
    /// <exception cref="ArgumentException">A member is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Start.Kind is not (ShardPositionKind.TrimHorizon or ShardPositionKind.Latest
            or ShardPositionKind.AtTimestamp))
        {
            throw new ArgumentException(
                $"Start is {Start.Kind}; a queue begins at TRIM_HORIZON, LATEST or AT_TIMESTAMP.");
        }

        if (VisibilityTimeout < TimeSpan.Zero || VisibilityTimeout > VisibilityTimeoutMax)
        {
            throw new ArgumentException(
                $"VisibilityTimeout is {VisibilityTimeout.TotalSeconds} s; allowed is 0 to 43,200 s.");
        }

        if (ReceivesMax is < 1 or > ReceivesMaxLimit)
        {
            throw new ArgumentException($"ReceivesMax is {ReceivesMax}; allowed is 1 to {ReceivesMaxLimit}.");
        }
    }
}
