namespace EdgeStream.Sql;

/// <summary>CHAR_TO_TIMESTAMP, CHAR_TO_DATE and CHAR_TO_TIME: NULL for a text that does not fit the pattern.</summary>
internal sealed class PatternReadExpression(DatePattern pattern, Expression operand, SqlDataType type)
    : Expression(type)
{
    private readonly SqlType _kind = type.Kind;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        return text.Type == SqlType.Text ? Read(pattern, _kind, text.Text) : SqlValue.Null;
    }

    /// <summary>The day, time of day or timestamp that a text is by a pattern.</summary>
    public static SqlValue Read(DatePattern pattern, SqlType kind, ReadOnlySpan<byte> text) =>
        !new DatePatternReader(text).TryRead(pattern, out var time) ? SqlValue.Null : kind switch
        {
            SqlType.Date => SqlValue.OfDate(TimeMath.DayOf(time)),
            SqlType.Time => SqlValue.OfTime(TimeMath.TimeOf(time)),
            _ => SqlValue.OfTimestamp(time),
        };
}

/// <summary>TIMESTAMP_TO_CHAR, DATE_TO_CHAR and TIME_TO_CHAR.</summary>
internal sealed class PatternWriteExpression(DatePattern pattern, Expression operand) : Expression(SqlType.Text)
{
    public override SqlValue Evaluate(scoped in Row row)
    {
        var value = operand.Evaluate(in row);
        var time = value.Type switch
        {
            SqlType.Timestamp or SqlType.Time => value.Integer,
            SqlType.Date when TimeMath.IsDay(value.Integer) => value.Integer * TimeMath.MicrosecondsPerDay,
            _ => long.MinValue,
        };
        if (!TimeMath.IsTimestamp(time))
        {
            return SqlValue.Null;
        }

        var start = row.Scratch.Length;
        DatePatternWriter.Append(time, pattern, row.Scratch);
        return SqlValue.Of(row.Scratch.Since(start));
    }
}
