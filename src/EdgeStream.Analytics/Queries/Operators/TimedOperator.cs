namespace EdgeStream.Analytics;

/// <summary>An operator that also acts when ROWTIME passes a time, without a row.</summary>
internal abstract class TimedOperator : StatefulOperator
{
    /// <summary>When it has to act next; <see cref="long.MaxValue"/> when nothing is open.</summary>
    public abstract long NextDeadline { get; }

    /// <summary>Does everything that is due at this time or before it.</summary>
    public abstract void Fire(long deadline);
}
