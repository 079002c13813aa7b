using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Reads what must be known before a row is there.</summary>
internal static class Constants
{
    private const long LongestMicroseconds = 366L * 24 * 60 * 60 * 1_000_000;

    /// <summary>An interval of days to seconds, more than nothing and at most a year, in microseconds.</summary>
    public static long Span(string text, Syntax syntax)
    {
        var value = Evaluate(text, syntax);
        return value.Type == SqlType.Interval && value.Integer is > 0 and <= LongestMicroseconds
            ? value.Integer
            : throw SqlErrors.At(text, syntax.Token, "An interval is expected here",
                "It has days to seconds, is longer than nothing and at most a year.", "Write INTERVAL '1' MINUTE.");
    }

    /// <summary>A whole number of 0 or more.</summary>
    public static long Count(string text, Syntax syntax)
    {
        var value = Evaluate(text, syntax);
        return value.Type == SqlType.Integer && value.Integer >= 0
            ? value.Integer
            : throw SqlErrors.At(text, syntax.Token, "A whole number of 0 or more is expected here");
    }

    /// <summary>A time in microseconds since 1970.</summary>
    public static long Time(string text, Syntax syntax)
    {
        var value = Evaluate(text, syntax);
        return value.Type == SqlType.Timestamp
            ? value.Integer
            : throw SqlErrors.At(text, syntax.Token, "A timestamp is expected here", null,
                "Write TIMESTAMP '2026-11-20 14:30:00'.");
    }

    /// <summary>Any value; text points into the syntax.</summary>
    public static SqlValue Evaluate(string text, Syntax syntax)
    {
        var expression = new Binder(text, new ColumnSet()) { Scope = new NoColumns(text) }.Bind(syntax);
        var row = new RowBuffer(1);
        new Evaluator().Set(row, 0, expression, new RowBuffer(0));
        return row[0];
    }

    private sealed class NoColumns(string text) : IScope
    {
        public Expression? TryBind(Syntax syntax, Binder binder) => syntax is NameSyntax name
            ? throw SqlErrors.At(
                text, name.Token, "A column cannot stand here", "The value must be known before a row is.")
            : null;
    }
}
