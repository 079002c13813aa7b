namespace EdgeStream.Sql;

/// <summary>Which types go together, and what they are called in messages.</summary>
internal static class TypeRules
{
    public static bool IsNumber(SqlType? type) => type is SqlType.Integer or SqlType.Decimal or SqlType.Double;

    public static bool IsTime(SqlType? type) => type is SqlType.Timestamp or SqlType.Date or SqlType.Time;

    public static bool IsSpan(SqlType? type) => type is SqlType.Interval or SqlType.Months;

    /// <summary>Whether a value may be a time or an interval, as far as its type is known.</summary>
    public static bool MayBeTimed(SqlType? type) => type is null or SqlType.Null || IsTime(type) || IsSpan(type);

    public static bool AreComparable(SqlType first, SqlType second) =>
        first == second || first == SqlType.Null || second == SqlType.Null || (IsNumber(first) && IsNumber(second));

    /// <summary>Whether CAST goes from one type to another.</summary>
    public static bool CanCast(SqlType from, SqlType to) => from == to || from == SqlType.Null || to switch
    {
        SqlType.Text => true,
        SqlType.Integer or SqlType.Decimal or SqlType.Double => IsNumber(from) || from == SqlType.Text || IsSpan(from),
        SqlType.Boolean or SqlType.Binary => from == SqlType.Text,
        SqlType.Timestamp => from == SqlType.Text || IsTime(from),
        SqlType.Date or SqlType.Time => from is SqlType.Text or SqlType.Timestamp,
        SqlType.Interval or SqlType.Months => from == SqlType.Text || IsNumber(from),
        _ => false,
    };

    /// <summary>The type that holds all of them; false where they cannot meet in one. Numbers meet in the widest; a
    /// type that only the record decides leaves it to the record.</summary>
    public static bool TryCommon(IReadOnlyList<Expression> expressions, out SqlDataType? type)
    {
        SqlDataType? common = SqlType.Null;
        var isOpen = false;
        foreach (var expression in expressions)
        {
            if (expression.DataType is not { } next)
            {
                isOpen = true;
                continue;
            }

            if (common is { } known && !AreComparable(known.Kind, next.Kind))
            {
                type = null;
                return false;
            }

            common = Wider(common ?? next, next);
        }

        type = isOpen ? null : common;
        return true;
    }

    public static string DescribeAll(IEnumerable<Expression> expressions)
    {
        var names = new List<string>();
        foreach (var expression in expressions)
        {
            if (expression.Type is { } type && type != SqlType.Null && !names.Contains(Describe(type)))
            {
                names.Add(Describe(type));
            }
        }

        return string.Join(", ", names) + ".";
    }

    public static string Describe(SqlType type) => type switch
    {
        SqlType.Boolean => "a condition",
        SqlType.Double or SqlType.Integer or SqlType.Decimal => "a number",
        SqlType.Text => "text",
        SqlType.Timestamp => "a timestamp",
        SqlType.Date => "a date",
        SqlType.Time => "a time",
        SqlType.Interval or SqlType.Months => "an interval",
        SqlType.Binary => "a binary",
        _ => "NULL",
    };

    private static SqlDataType Wider(SqlDataType first, SqlDataType second)
    {
        if (first.Kind == SqlType.Null || first == second)
        {
            return second;
        }

        if (second.Kind == SqlType.Null)
        {
            return first;
        }

        if (first.Kind != second.Kind)
        {
            // Values keep their own kind at run time, so the common type of mixed numbers is the one that holds them
            // all.
            return first.Kind == SqlType.Double || second.Kind == SqlType.Double
                ? SqlType.Double
                : first.Kind == SqlType.Decimal ? first : second;
        }

        return first.Kind switch
        {
            SqlType.Decimal => new SqlDataType(
                SqlTypeName.Decimal, SqlDataType.DecimalDigitsMax, Math.Max(first.Scale, second.Scale)),
            SqlType.Interval or SqlType.Months => first with
            {
                From = first.From < second.From ? first.From : second.From,
                To = first.To > second.To ? first.To : second.To,
            },
            _ => SqlDataType.Of(first.Kind),
        };
    }
}
