namespace EdgeStream.Analytics;

/// <summary>What all operators of one query share.</summary>
internal sealed class QueryContext(QueryLimits limits)
{
    public QueryClock Clock { get; } = new();

    public Evaluator Evaluator { get; } = new();

    public ErrorReporter Errors { get; } = new();

    public QueryLimits Limits { get; } = limits;

    /// <summary>Every operator with state, in the order of the plan: also the order in the snapshot.</summary>
    public List<StatefulOperator> Stateful { get; } = [];

    public T Add<T>(T stateful)
        where T : StatefulOperator
    {
        Stateful.Add(stateful);
        if (stateful is TimedOperator timed)
        {
            Clock.Add(timed);
        }

        return stateful;
    }
}
