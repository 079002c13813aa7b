using System.Text;
using System.Text.RegularExpressions;

namespace EdgeStream.Sql;

/// <summary>REGEX_LOG_PARSE and W3C_LOG_PARSE: each group of a regular expression becomes a member; NULL where it does
/// not match.</summary>
/// <remarks>A match with groups is an object of the framework: these functions allocate.</remarks>
/// <param name="operand">The line.</param>
/// <param name="pattern">The regular expression.</param>
/// <param name="numeric">Which groups are numbers, where none has a column.</param>
/// <param name="columns">What the groups are called, and their types; none: COLUMN1, COLUMN2 and so on.</param>
/// <param name="isMarked">Whether two groups each mark where a member begins and ends, as <see cref="FastPattern"/> has
/// it.</param>
internal sealed class RegexLogExpression(
    Expression operand, Regex pattern, bool[] numeric, LogColumn[] columns, bool isMarked = false)
    : Expression(SqlType.Text)
{
    private readonly int _members = (pattern.GetGroupNumbers().Length - 1) / (isMarked ? 2 : 1);

    public override bool IsJson => true;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        try
        {
            var line = Encoding.UTF8.GetString(text.Text);
            var match = pattern.Match(line);
            return match.Success ? Record(match, line, in row) : SqlValue.Null;
        }
        catch (RegexMatchTimeoutException)
        {
            return SqlValue.Null;
        }
    }

    private SqlValue Record(Match match, string line, scoped in Row row)
    {
        var json = new JsonText(row.Scratch);
        for (var index = 1; index <= _members; index++)
        {
            var group = match.Groups[isMarked ? (2 * index) - 1 : index];
            var end = isMarked ? match.Groups[2 * index].Index : group.Index + group.Length;
            var bytes = group.Success ? Encoding.UTF8.GetBytes(line[group.Index..end]) : [];
            var value = !group.Success ? SqlValue.Null
                : index <= numeric.Length && numeric[index - 1] ? Casting.ReadNumber(bytes)
                : SqlValue.Of(bytes);
            if (columns.Length == 0)
            {
                json.Add(index, in value);
                continue;
            }

            var column = columns[index - 1];
            var converted = column.Convert(in value, in row);
            json.Add(column.Name, in converted, column.Type);
        }

        return json.End();
    }
}

/// <summary>SYS_LOG_PARSE: <c>Mon DD HH:MM:SS</c> becomes COLUMN1, a timestamp, and the rest of the line
/// COLUMN2.</summary>
/// <remarks>A line has no year: it is the row's, or the one before where the line would lie more than a month
/// ahead.</remarks>
internal sealed class SysLogExpression(Expression operand) : Expression(SqlType.Text)
{
    private static readonly SqlDataType Timestamp = new(SqlTypeName.Timestamp);

    public override bool IsJson => true;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        var rest = text.Text;
        var month = DateNames.Take(DateNames.Months, ref rest) + 1;
        var reader = new ByteReader(rest);
        reader.SkipSpaces();
        if (text.Type != SqlType.Text || month == 0 || !reader.TryTakeNumber(1, 2, out var day)
            || !reader.TryTake(' ') || reader.Rest.Length < 8
            || !TimeText.TryReadTime(reader.Rest[..8], out var time))
        {
            return SqlValue.Null;
        }

        var year = YearOf(row.RowtimeUnixMicroseconds, month);
        if (!TimeMath.TryDay(year, month, (int)day, out var date))
        {
            return SqlValue.Null;
        }

        var json = new JsonText(row.Scratch);
        json.Add("COLUMN1"u8, SqlValue.OfTimestamp((date * TimeMath.MicrosecondsPerDay) + time), Timestamp);
        json.Add("COLUMN2"u8, SqlValue.Of(reader.Rest[8..].TrimStart((byte)' ')), null);
        return json.End();
    }

    private static int YearOf(long rowtimeUnixMicroseconds, int month)
    {
        if (!TimeMath.IsTimestamp(rowtimeUnixMicroseconds))
        {
            return 1970;
        }

        var today = TimeMath.DateOf(TimeMath.DayOf(rowtimeUnixMicroseconds));
        return month > today.Month + 1 ? today.Year - 1 : today.Year;
    }
}

/// <summary>VARIABLE_COLUMN_LOG_PARSE: fields with a delimiter between them, which an escape or quotes can
/// hide.</summary>
/// <remarks>A field that is missing is NULL; a field that does not fit its type too; what follows the last field is
/// dropped.</remarks>
internal sealed class VariableColumnsExpression(
    Expression operand, LogColumn[] columns, byte[] delimiter, byte[] escape, byte openQuote, byte closeQuote)
    : Expression(SqlType.Text)
{
    public override bool IsJson => true;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        // The fields are unquoted into the scratch first, because the record is written behind them.
        Span<int> ends = stackalloc int[columns.Length];
        var scratch = row.Scratch;
        var start = scratch.Length;
        var count = Split(text.Text, ends, scratch);
        var fields = scratch.Since(start);
        var json = new JsonText(scratch);
        for (var index = 0; index < columns.Length; index++)
        {
            var first = index == 0 ? 0 : ends[index - 1];
            var field = index < count ? SqlValue.Of(fields[first..ends[index]]) : SqlValue.Null;
            var value = columns[index].Convert(in field, in row);
            json.Add(columns[index].Name, in value, columns[index].Type);
        }

        return json.End();
    }

    private int Split(ReadOnlySpan<byte> rest, Span<int> ends, Scratch scratch)
    {
        var start = scratch.Length;
        var isQuoted = false;
        var count = 0;
        while (!rest.IsEmpty)
        {
            if (escape.Length > 0 && rest.StartsWith(escape) && rest.Length > escape.Length)
            {
                scratch.Append(rest.Slice(escape.Length, 1));
                rest = rest[(escape.Length + 1)..];
            }
            else if (openQuote != 0 && rest[0] == (isQuoted ? closeQuote : openQuote))
            {
                isQuoted = !isQuoted;
                rest = rest[1..];
            }
            else if (!isQuoted && rest.StartsWith(delimiter))
            {
                ends[count++] = scratch.Length - start;
                rest = rest[delimiter.Length..];
                if (count == ends.Length)
                {
                    return count;
                }
            }
            else
            {
                scratch.Append(rest[..1]);
                rest = rest[1..];
            }
        }

        ends[count] = scratch.Length - start;
        return count + 1;
    }
}

/// <summary>FIXED_COLUMN_LOG_PARSE: fields at fixed places, without the spaces around them.</summary>
internal sealed class FixedColumnsExpression(Expression operand, LogColumn[] columns) : Expression(SqlType.Text)
{
    public override bool IsJson => true;

    public override SqlValue Evaluate(scoped in Row row)
    {
        var text = operand.Evaluate(in row);
        if (text.Type != SqlType.Text)
        {
            return SqlValue.Null;
        }

        var json = new JsonText(row.Scratch);
        foreach (var column in columns)
        {
            var rest = text.Text[Characters.OffsetOf(text.Text, column.Start)..];
            var field = SqlValue.Of(rest[..Characters.OffsetOf(rest, column.Length)].Trim((byte)' '));
            var value = column.Convert(in field, in row);
            json.Add(column.Name, in value, column.Type);
        }

        return json.End();
    }
}
