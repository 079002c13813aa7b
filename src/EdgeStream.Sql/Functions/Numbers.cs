namespace EdgeStream.Sql;

/// <summary>The functions over numbers. Integers and decimals stay exact where the function can keep them so; what is
/// not finite is NULL.</summary>
internal static class Numbers
{
    private const int PlacesMax = 15;

    /// <summary>From here on every double is a whole number.</summary>
    private const double WholeDoubles = 1L << 52;

    public static SqlValue Abs(scoped in SqlValue value, Scratch scratch) => value.Type switch
    {
        SqlType.Double => SqlValue.Of(Math.Abs(value.Number)),
        SqlType.Integer or SqlType.Decimal or SqlType.Interval or SqlType.Months =>
            value.Integer == long.MinValue
                ? SqlValue.Null : SqlValue.OfParts(value.Type, Math.Abs(value.Integer), value.Scale),
        _ => SqlValue.Null,
    };

    public static SqlValue Floor(scoped in SqlValue value, Scratch scratch) => value.Type switch
    {
        SqlType.Integer => value,
        SqlType.Decimal => SqlValue.OfDecimal(
            TimeMath.FloorDivide(value.Integer, PowersOfTen.AsInteger(value.Scale)), 0),
        SqlType.Double => SqlValue.Of(Math.Floor(value.Number)),
        _ => SqlValue.Null,
    };

    public static SqlValue Ceil(scoped in SqlValue value, Scratch scratch) => value.Type switch
    {
        SqlType.Integer => value,
        SqlType.Decimal => SqlValue.OfDecimal(
            -TimeMath.FloorDivide(-value.Integer, PowersOfTen.AsInteger(value.Scale)), 0),
        SqlType.Double => SqlValue.Of(Math.Ceiling(value.Number)),
        _ => SqlValue.Null,
    };

    public static SqlValue Exp(scoped in SqlValue value, Scratch scratch) =>
        value.IsNumeric ? SqlValue.Of(Math.Exp(value.Number)) : SqlValue.Null;

    public static SqlValue Ln(scoped in SqlValue value, Scratch scratch) =>
        value.IsNumeric ? SqlValue.Of(Math.Log(value.Number)) : SqlValue.Null;

    public static SqlValue Log10(scoped in SqlValue value, Scratch scratch) =>
        value.IsNumeric ? SqlValue.Of(Math.Log10(value.Number)) : SqlValue.Null;

    public static SqlValue Sqrt(scoped in SqlValue value, Scratch scratch) =>
        value.IsNumeric ? SqlValue.Of(Math.Sqrt(value.Number)) : SqlValue.Null;

    public static SqlValue Power(scoped in SqlValue value, scoped in SqlValue exponent, Scratch scratch) =>
        value.IsNumeric && exponent.IsNumeric
            ? SqlValue.Of(Math.Pow(value.Number, exponent.Number)) : SqlValue.Null;

    /// <summary>Rounds half away from zero to a count of decimal places, -15 to 15. A double is its exact binary value:
    /// 2.675e0 lies below the half and becomes 2.67, 2.625e0 is the half and becomes 2.63.</summary>
    public static SqlValue Round(scoped in SqlValue value, scoped in SqlValue places, Scratch scratch)
    {
        if (!value.IsNumeric || !places.IsNumeric)
        {
            return SqlValue.Null;
        }

        var count = (int)Math.Clamp(Math.Truncate(places.Number), -PlacesMax, PlacesMax);
        if (value.Type != SqlType.Double)
        {
            return RoundExactly(in value, count);
        }

        return SqlValue.Of(RoundDouble(value.Number, count));
    }

    /// <summary>The greatest multiple of a step that is no greater than the value: towards zero for negative ones, as
    /// the reference defines it by a quotient.</summary>
    public static SqlValue Step(scoped in SqlValue value, scoped in SqlValue step, Scratch scratch)
    {
        if (value.Type == SqlType.Integer && step.Type == SqlType.Integer)
        {
            return step.Integer is 0 or -1 ? SqlValue.Null
                : SqlValue.OfInteger(value.Integer / step.Integer * step.Integer);
        }

        return value.IsNumeric && step.IsNumeric
            ? SqlValue.Of(Math.Truncate(value.Number / step.Number) * step.Number)
            : TimeRounding.Step(in value, in step);
    }

    /// <summary>The product or quotient is rounded itself: where it looks like a half, what it left out says on which
    /// side of the half the value lies.</summary>
    private static double RoundDouble(double value, int places)
    {
        var power = Math.Pow(10, Math.Abs(places));
        var scaled = places >= 0 ? value * power : value / power;
        if (!(Math.Abs(scaled) < WholeDoubles))
        {
            return places >= 0 ? value : scaled * power;
        }

        var whole = Math.Truncate(scaled);
        var rest = Math.Abs(scaled - whole);
        var leftOut = places >= 0
            ? Math.FusedMultiplyAdd(value, power, -scaled)
            : Math.FusedMultiplyAdd(-scaled, power, value);
        var isUp = rest > 0.5 || (rest == 0.5 && leftOut * scaled >= 0);
        var rounded = isUp ? whole + Math.Sign(scaled) : whole;
        return places >= 0 ? rounded / power : rounded * power;
    }

    private static SqlValue RoundExactly(scoped in SqlValue value, int places)
    {
        if (places >= value.Scale)
        {
            return value;
        }

        var digits = Decimals.Round(value.Integer, value.Scale, Math.Max(0, places));
        if (places < 0)
        {
            // What stands before the point is rounded from all digits at once, so that 449.9 is 400 and not 500.
            digits = Decimals.Round(value.Integer, value.Scale - places, 0) * Decimals.PowerOf(-places);
        }

        return digits != (long)digits ? SqlValue.Null
            : SqlValue.OfParts(value.Type, (long)digits, Math.Max(0, Math.Min(places, value.Scale)));
    }
}
