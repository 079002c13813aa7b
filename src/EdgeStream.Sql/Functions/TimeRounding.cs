namespace EdgeStream.Sql;

/// <summary>FLOOR, CEIL and STEP over days, times and intervals, and EXTRACT.</summary>
internal static class TimeRounding
{
    /// <summary>The last start of a unit that is not after the value.</summary>
    public static SqlValue Floor(scoped in SqlValue value, TimeUnit unit)
    {
        switch (value.Type)
        {
            case SqlType.Date when TimeMath.IsDay(value.Integer):
                return SqlValue.OfDate(TimeMath.FloorDay(value.Integer, unit));
            case SqlType.Timestamp when TimeMath.IsTimestamp(value.Integer) && unit < TimeUnit.Day:
                return SqlValue.OfTimestamp(
                    TimeMath.FloorDay(TimeMath.DayOf(value.Integer), unit) * TimeMath.MicrosecondsPerDay);
            case SqlType.Time when unit <= TimeUnit.Day:
                return SqlValue.OfTime(0);
            case SqlType.Timestamp or SqlType.Time or SqlType.Interval when unit >= TimeUnit.Day:
                var length = TimeMath.LengthOf(unit);
                return SqlValue.OfParts(value.Type, TimeMath.FloorDivide(value.Integer, length) * length, 0);
            case SqlType.Months when unit <= TimeUnit.Month:
                var size = IntervalText.SizeOf(unit);
                return SqlValue.OfMonths(TimeMath.FloorDivide(value.Integer, size) * size);
            default:
                return SqlValue.Null;
        }
    }

    /// <summary>The first start of a unit that is not before the value.</summary>
    public static SqlValue Ceil(scoped in SqlValue value, TimeUnit unit)
    {
        var floor = Floor(in value, unit);
        if (floor.IsNull || floor.Integer == value.Integer)
        {
            return floor;
        }

        var step = unit is TimeUnit.Year or TimeUnit.Month
            ? SqlValue.OfMonths(IntervalText.SizeOf(unit)) : SqlValue.OfInterval(TimeMath.LengthOf(unit));
        return TimeArithmetic.Compute(BinaryOperator.Add, in floor, in step);
    }

    /// <summary>The last multiple of an interval since 1970-01-01 that is not after the value.</summary>
    public static SqlValue Step(scoped in SqlValue value, scoped in SqlValue step)
    {
        if (step.Integer <= 0)
        {
            return SqlValue.Null;
        }

        if (step.Type == SqlType.Interval)
        {
            var moment = value.Type == SqlType.Date ? value.Integer * TimeMath.MicrosecondsPerDay : value.Integer;
            var start = TimeMath.FloorDivide(moment, step.Integer) * step.Integer;
            return value.Type switch
            {
                SqlType.Time or SqlType.Interval => SqlValue.OfParts(value.Type, start, 0),
                SqlType.Timestamp when TimeMath.IsTimestamp(start) => SqlValue.OfTimestamp(start),
                SqlType.Date when TimeMath.IsTimestamp(start) => SqlValue.OfDate(TimeMath.DayOf(start)),
                _ => SqlValue.Null,
            };
        }

        if (step.Type != SqlType.Months || value.Type is not (SqlType.Timestamp or SqlType.Date))
        {
            return SqlValue.Null;
        }

        var day = value.Type == SqlType.Date ? value.Integer : TimeMath.DayOf(value.Integer);
        if (!TimeMath.IsDay(day))
        {
            return SqlValue.Null;
        }

        var date = TimeMath.DateOf(day);
        var months = ((date.Year - 1970) * 12L) + date.Month - 1;
        var steps = TimeMath.FloorDivide(months, step.Integer);
        var isInside = TimeMath.TryAddMonths(0, steps * step.Integer, out var first);
        return !isInside ? SqlValue.Null
            : value.Type == SqlType.Date ? SqlValue.OfDate(first)
            : SqlValue.OfTimestamp(first * TimeMath.MicrosecondsPerDay);
    }

    /// <summary>One field: an integer, and for the seconds a decimal with three digits behind the point.</summary>
    public static SqlValue Extract(scoped in SqlValue value, TimeUnit unit) => value.Type switch
    {
        SqlType.Date when TimeMath.IsDay(value.Integer) => unit <= TimeUnit.Day
            ? OfDay(value.Integer, unit) : OfTime(0, unit),
        SqlType.Timestamp when TimeMath.IsTimestamp(value.Integer) => unit <= TimeUnit.Day
            ? OfDay(TimeMath.DayOf(value.Integer), unit) : OfTime(TimeMath.TimeOf(value.Integer), unit),
        SqlType.Time when unit > TimeUnit.Day => OfTime(value.Integer, unit),
        SqlType.Interval when unit == TimeUnit.Day =>
            SqlValue.OfInteger(value.Integer / TimeMath.MicrosecondsPerDay),
        SqlType.Interval when unit > TimeUnit.Day => OfTime(value.Integer % TimeMath.MicrosecondsPerDay, unit),
        SqlType.Months when unit == TimeUnit.Year => SqlValue.OfInteger(value.Integer / 12),
        SqlType.Months when unit == TimeUnit.Month => SqlValue.OfInteger(value.Integer % 12),
        _ => SqlValue.Null,
    };

    private static SqlValue OfDay(long unixDays, TimeUnit unit)
    {
        var date = TimeMath.DateOf(unixDays);
        return SqlValue.OfInteger(unit switch
        {
            TimeUnit.Year => date.Year,
            TimeUnit.Month => date.Month,
            _ => date.Day,
        });
    }

    private static SqlValue OfTime(long microseconds, TimeUnit unit) => unit switch
    {
        TimeUnit.Hour => SqlValue.OfInteger(microseconds / TimeMath.MicrosecondsPerHour),
        TimeUnit.Minute => SqlValue.OfInteger(microseconds / TimeMath.MicrosecondsPerMinute % 60),
        _ => SqlValue.OfDecimal(
            microseconds % TimeMath.MicrosecondsPerMinute / TimeMath.MicrosecondsPerMillisecond, 3),
    };
}

/// <summary>FLOOR, CEIL or EXTRACT with a unit.</summary>
internal sealed class TimeUnitExpression(
    TimeUnitExpression.Operation operation, TimeUnit unit, Expression operand, SqlDataType? type) : Expression(type)
{
    internal enum Operation
    {
        Floor = 0,
        Ceil,
        Extract,
    }

    public override bool FollowsRowtime => operation != Operation.Extract && operand.FollowsRowtime;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        return operation switch
        {
            Operation.Floor => TimeRounding.Floor(in value, unit),
            Operation.Ceil => TimeRounding.Ceil(in value, unit),
            _ => TimeRounding.Extract(in value, unit),
        };
    }
}
