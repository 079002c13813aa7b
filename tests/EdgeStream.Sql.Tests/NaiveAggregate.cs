namespace EdgeStream.Sql.Tests;

/// <summary>The aggregates by the plainest possible evaluation over a list.</summary>
internal static class NaiveAggregate
{
    /// <summary>A double where the result is a number, the text that a test writes for anything else, and null for
    /// NULL.</summary>
    public static object? Of(AggregateFunction function, IReadOnlyList<(Plain Value, long Time)> values)
    {
        var kept = values.Where(value => !value.Value.IsNull).ToList();
        var takesDistinct = function.Kind is AggregateKind.Count or AggregateKind.Sum or AggregateKind.Avg
            or AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp;
        if (function.IsDistinct && takesDistinct)
        {
            kept = [.. kept.DistinctBy(value => (object?)value.Value.Number ?? value.Value.Text)];
        }

        var numbers = kept.Select(value => value.Value.Number).OfType<double>().ToList();
        return function.Kind switch
        {
            AggregateKind.CountRows => (double)values.Count,
            AggregateKind.Count => (double)kept.Count,
            AggregateKind.Sum => numbers.Count == 0 ? null : numbers.Sum(),
            AggregateKind.Avg => numbers.Count == 0 ? null : numbers.Average(),
            AggregateKind.Min => numbers.Count == 0 ? null : numbers.Min(),
            AggregateKind.Max => numbers.Count == 0 ? null : numbers.Max(),
            AggregateKind.VarPop => Variance(numbers, numbers.Count),
            AggregateKind.VarSamp => Variance(numbers, numbers.Count - 1),
            AggregateKind.StddevPop => Variance(numbers, numbers.Count) is double variance ? Math.Sqrt(variance) : null,
            AggregateKind.StddevSamp =>
                Variance(numbers, numbers.Count - 1) is double variance ? Math.Sqrt(variance) : null,
            AggregateKind.Any or AggregateKind.Every when kept.Count == 0 => null,
            AggregateKind.Any => kept.Exists(value => value.Value.Text == "b:1") ? "true" : "false",
            AggregateKind.Every => kept.Exists(value => value.Value.Text == "b:0") ? "false" : "true",
            AggregateKind.ExpAvg => ExpAvg(kept, function.HalfLifeMicroseconds),
            _ => AtPosition(function, [.. values.Select(value => value.Value)]),
        };
    }

    private static object? AtPosition(AggregateFunction function, List<Plain> values)
    {
        var candidates = function.IgnoresNulls ? values.FindAll(value => !value.IsNull) : values;
        var position = function.Kind == AggregateKind.NthValue ? function.Position : 1;
        var isFromLast = function.Kind == AggregateKind.LastValue
            || (function.Kind == AggregateKind.NthValue && function.IsFromLast);
        if (candidates.Count < position)
        {
            return null;
        }

        var found = isFromLast ? candidates[^position] : candidates[position - 1];
        return found.IsNull ? null : found.Number is { } number ? number : $"'{found.Text[2..]}'";
    }

    private static double? Variance(List<double> numbers, int divisor)
    {
        var mean = numbers.Count == 0 ? 0 : numbers.Average();
        return divisor <= 0 ? null : numbers.Sum(number => (number - mean) * (number - mean)) / divisor;
    }

    private static double? ExpAvg(List<(Plain Value, long Time)> values, long halfLife)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var weights = values.ConvertAll(value => Math.Pow(2, -(double)(values[^1].Time - value.Time) / halfLife));
        return values.Zip(weights, (value, weight) => value.Value.Number!.Value * weight).Sum() / weights.Sum();
    }
}
