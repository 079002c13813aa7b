namespace EdgeStream.Analytics;

/// <summary>The one clock of a query: it shows the ROWTIME up to which everything was seen, and closes what is
/// due.</summary>
/// <remarks>What is due is closed in the order of its time, then of the operators: what comes out does not
/// depend on how
/// far the clock is moved at once. So a query is a function of its rows and their order.</remarks>
internal sealed class QueryClock
{
    private readonly List<TimedOperator> _operators = [];

    public long Now { get; private set; } = long.MinValue;

    /// <summary>When the next window closes; <see cref="long.MaxValue"/> when none is open.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    public void Add(TimedOperator timed) => _operators.Add(timed);

    /// <summary>An operator has a window that closes then.</summary>
    public void Schedule(long deadline)
    {
        if (deadline < NextDeadline)
        {
            NextDeadline = deadline;
        }
    }

    /// <summary>Closes what is due up to a time, that time included.</summary>
    public void AdvanceTo(long time)
    {
        while (NextDeadline <= time)
        {
            var deadline = NextDeadline;
            Now = Math.Max(Now, deadline);
            foreach (var timed in _operators)
            {
                if (timed.NextDeadline <= deadline)
                {
                    timed.Fire(deadline);
                }
            }

            Reschedule();
        }

        Now = Math.Max(Now, time);
    }

    /// <summary>Finds the next deadline anew.</summary>
    public void Reschedule()
    {
        NextDeadline = long.MaxValue;
        foreach (var timed in _operators)
        {
            Schedule(timed.NextDeadline);
        }
    }

    public void Restore(long now)
    {
        Now = now;
        Reschedule();
    }
}
