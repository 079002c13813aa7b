namespace EdgeStream.Sql;

/// <summary>What the aggregate functions are called, take, give and keep.</summary>
internal static class AggregateTypes
{
    private static readonly Dictionary<string, AggregateKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["COUNT"] = AggregateKind.Count,
        ["SUM"] = AggregateKind.Sum,
        ["AVG"] = AggregateKind.Avg,
        ["MIN"] = AggregateKind.Min,
        ["MAX"] = AggregateKind.Max,
        ["STDDEV_POP"] = AggregateKind.StddevPop,
        ["STDDEV_SAMP"] = AggregateKind.StddevSamp,
        ["STDDEV"] = AggregateKind.StddevSamp,
        ["STD_DEV"] = AggregateKind.StddevSamp,
        ["VAR_POP"] = AggregateKind.VarPop,
        ["VAR_SAMP"] = AggregateKind.VarSamp,
        ["FIRST_VALUE"] = AggregateKind.FirstValue,
        ["LAST_VALUE"] = AggregateKind.LastValue,
        ["NTH_VALUE"] = AggregateKind.NthValue,
        ["EXP_AVG"] = AggregateKind.ExpAvg,
        ["ANY"] = AggregateKind.Any,
        ["EVERY"] = AggregateKind.Every,
    };

    /// <summary>The names that a text can call them by.</summary>
    public static IEnumerable<string> Names => Kinds.Keys;

    public static bool TryFind(string name, out AggregateKind kind) => Kinds.TryGetValue(name, out kind);

    public static SqlDataType? ResultOf(AggregateKind kind, SqlDataType? argument)
    {
        switch (kind)
        {
            case AggregateKind.CountRows or AggregateKind.Count:
                return SqlType.Integer;
            case AggregateKind.Min or AggregateKind.Max or AggregateKind.FirstValue or AggregateKind.LastValue
                or AggregateKind.NthValue:
                return argument;
            case AggregateKind.Any or AggregateKind.Every:
                return argument is { Kind: not (SqlType.Boolean or SqlType.Null) } other
                    ? throw new ArgumentException($"It takes conditions, and this is {other}.", nameof(argument))
                    : SqlType.Boolean;
        }

        var isSpan = argument?.Kind is SqlType.Interval or SqlType.Months
            && kind is AggregateKind.Sum or AggregateKind.Avg;
        if (argument is { } type && !isSpan
            && type.Kind is not (SqlType.Integer or SqlType.Decimal or SqlType.Double or SqlType.Null))
        {
            throw new ArgumentException($"It adds numbers, and this is {type}.", nameof(argument));
        }

        return kind is not (AggregateKind.Sum or AggregateKind.Avg) ? SqlType.Double
            : argument is not { } known ? null
            : known.Kind is SqlType.Integer or SqlType.Double ? SqlDataType.Of(known.Kind)
            : known.Kind == SqlType.Decimal ? known with { Precision = SqlDataType.DecimalDigitsMax }
            : known;
    }

    public static AggregateState Create(AggregateFunction function, bool isRemovable)
    {
        AggregateState state = function.Kind switch
        {
            AggregateKind.CountRows => new CountState(countsNulls: true),
            AggregateKind.Count => new CountState(countsNulls: false),
            AggregateKind.Sum => new SumState(function.ResultType, isAverage: false),
            AggregateKind.Avg => new SumState(function.ResultType, isAverage: true),
            AggregateKind.Min or AggregateKind.Max when isRemovable =>
                new WindowExtremeState(function.Kind == AggregateKind.Max),
            AggregateKind.Min or AggregateKind.Max => new ExtremeState(function.Kind == AggregateKind.Max),
            AggregateKind.FirstValue => new PositionState(1, false, function.IgnoresNulls, isRemovable),
            AggregateKind.LastValue => new PositionState(1, true, function.IgnoresNulls, isRemovable),
            AggregateKind.NthValue =>
                new PositionState(function.Position, function.IsFromLast, function.IgnoresNulls, isRemovable),
            AggregateKind.Any or AggregateKind.Every => new ConditionState(function.Kind == AggregateKind.Every),
            AggregateKind.ExpAvg => new DecayingAverageState(function.HalfLifeMicroseconds),
            _ => new VarianceState(function.Kind),
        };
        return function.IsDistinct && TakesDistinct(function.Kind) ? new DistinctState(state) : state;
    }

    private static bool TakesDistinct(AggregateKind kind) => kind is AggregateKind.Count or AggregateKind.Sum
        or AggregateKind.Avg or AggregateKind.StddevPop or AggregateKind.StddevSamp or AggregateKind.VarPop
        or AggregateKind.VarSamp;
}
