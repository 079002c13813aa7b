namespace EdgeStream.Sql;

/// <summary>Arithmetic over days, times and intervals; NULL for every pair that has none, and outside the years 1 to
/// 9999.</summary>
internal static class TimeArithmetic
{
    public static SqlValue Compute(BinaryOperator arithmetic, scoped in SqlValue left, scoped in SqlValue right) =>
        arithmetic switch
        {
            BinaryOperator.Add when IsSpan(right.Type) => Shift(in left, in right, 1),
            BinaryOperator.Add when IsSpan(left.Type) => Shift(in right, in left, 1),
            BinaryOperator.Subtract when IsSpan(right.Type) => Shift(in left, in right, -1),
            BinaryOperator.Subtract when left.Type == right.Type => Difference(in left, in right),
            BinaryOperator.Multiply when IsSpan(left.Type) => Scale(in left, in right, isQuotient: false),
            BinaryOperator.Multiply when IsSpan(right.Type) => Scale(in right, in left, isQuotient: false),
            BinaryOperator.Divide when IsSpan(left.Type) => IsSpan(right.Type)
                ? Ratio(in left, in right)
                : Scale(in left, in right, isQuotient: true),
            _ => SqlValue.Null,
        };

    /// <summary>Adds so many microseconds or months, or takes them away.</summary>
    private static SqlValue Shift(scoped in SqlValue value, scoped in SqlValue span, int sign)
    {
        if (value.Type == span.Type)
        {
            var sum = value.Integer + ((Int128)sign * span.Integer);
            return sum == (long)sum ? SqlValue.OfParts(value.Type, (long)sum, 0) : SqlValue.Null;
        }

        if (span.Type == SqlType.Months)
        {
            return ShiftMonths(in value, sign * span.Integer);
        }

        var moved = value.Type switch
        {
            SqlType.Date => (value.Integer * TimeMath.MicrosecondsPerDay) + ((Int128)sign * span.Integer),
            _ => value.Integer + ((Int128)sign * span.Integer),
        };
        if (moved != (long)moved)
        {
            return SqlValue.Null;
        }

        return value.Type switch
        {
            SqlType.Timestamp when TimeMath.IsTimestamp((long)moved) => SqlValue.OfTimestamp((long)moved),
            SqlType.Date when TimeMath.IsTimestamp((long)moved) => SqlValue.OfDate(TimeMath.DayOf((long)moved)),
            SqlType.Time => SqlValue.OfTime(TimeMath.TimeOf((long)moved)),
            _ => SqlValue.Null,
        };
    }

    private static SqlValue ShiftMonths(scoped in SqlValue value, long months)
    {
        if (value.Type == SqlType.Date)
        {
            return TimeMath.TryAddMonths(value.Integer, months, out var date) ? SqlValue.OfDate(date) : SqlValue.Null;
        }

        return value.Type == SqlType.Timestamp
            && TimeMath.TryAddMonths(TimeMath.DayOf(value.Integer), months, out var day)
            ? SqlValue.OfTimestamp((day * TimeMath.MicrosecondsPerDay) + TimeMath.TimeOf(value.Integer))
            : SqlValue.Null;
    }

    private static SqlValue Difference(scoped in SqlValue left, scoped in SqlValue right) => left.Type switch
    {
        SqlType.Date => SqlValue.OfInterval((left.Integer - right.Integer) * TimeMath.MicrosecondsPerDay),
        SqlType.Time => SqlValue.OfInterval(left.Integer - right.Integer),
        SqlType.Timestamp when TimeMath.IsTimestamp(left.Integer) && TimeMath.IsTimestamp(right.Integer) =>
            SqlValue.OfInterval(left.Integer - right.Integer),
        _ => SqlValue.Null,
    };

    private static SqlValue Scale(scoped in SqlValue span, scoped in SqlValue factor, bool isQuotient)
    {
        if (factor.Type == SqlType.Integer && (factor.Integer != 0 || !isQuotient))
        {
            var exact = isQuotient ? (Int128)span.Integer / factor.Integer : (Int128)span.Integer * factor.Integer;
            return exact == (long)exact ? SqlValue.OfParts(span.Type, (long)exact, 0) : SqlValue.Null;
        }

        if (!factor.IsNumeric)
        {
            return SqlValue.Null;
        }

        var scaled = Math.Round(isQuotient ? span.Integer / factor.Number : span.Integer * factor.Number);
        return Math.Abs(scaled) < long.MaxValue ? SqlValue.OfParts(span.Type, (long)scaled, 0) : SqlValue.Null;
    }

    /// <summary>How often one interval fits into another, with what is left over behind the point.</summary>
    private static SqlValue Ratio(scoped in SqlValue left, scoped in SqlValue right) =>
        left.Type == right.Type ? SqlValue.Of(left.Integer / (double)right.Integer) : SqlValue.Null;

    private static bool IsSpan(SqlType type) => type is SqlType.Interval or SqlType.Months;
}

/// <summary>Arithmetic whose operands are declared times or intervals.</summary>
internal sealed class TimeArithmeticExpression(
    BinaryOperator arithmetic, Expression left, Expression right, SqlDataType type) : Expression(type)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        return TimeArithmetic.Compute(arithmetic, in first, in second);
    }
}

/// <summary><c>(a - b) MINUTE TO SECOND</c>: a difference, cut down to the interval's shortest unit.</summary>
internal sealed class SpanExpression(Expression left, Expression right, SqlDataType type) : Expression(type)
{
    private readonly long _size = IntervalText.SizeOf(type.To);
    private readonly bool _isMonths = type.Kind == SqlType.Months;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var first = left.Evaluate(in row);
        var second = right.Evaluate(in row);
        if (!_isMonths)
        {
            var difference = TimeArithmetic.Compute(BinaryOperator.Subtract, in first, in second);
            return difference.Type != SqlType.Interval || _size == TimeMath.MicrosecondsPerSecond
                ? difference
                : SqlValue.OfInterval(difference.Integer / _size * _size);
        }

        return TryTimestamp(in first, out var to) && TryTimestamp(in second, out var from)
            ? SqlValue.OfMonths(TimeMath.MonthsBetween(from, to) / _size * _size)
            : SqlValue.Null;
    }

    private static bool TryTimestamp(scoped in SqlValue value, out long unixMicroseconds)
    {
        unixMicroseconds = value.Type == SqlType.Date
            ? value.Integer * TimeMath.MicrosecondsPerDay : value.Integer;
        return value.Type is SqlType.Date or SqlType.Timestamp && TimeMath.IsTimestamp(unixMicroseconds);
    }
}
