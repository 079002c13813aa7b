namespace EdgeStream.Sql;

/// <summary>A column that a log line is split into.</summary>
/// <param name="Name">The member's name, as JSON writes it.</param>
/// <param name="Type">Its type; text where none is declared.</param>
/// <param name="Start">Where it starts in a line of fixed columns, in characters from 0.</param>
/// <param name="Length">How many characters it has there.</param>
/// <param name="Pattern">How a day or time is written; null for SQL's own way.</param>
internal sealed record LogColumn(byte[] Name, SqlDataType Type, int Start, int Length, DatePattern? Pattern = null)
{
    /// <summary>What a field becomes in the column's type; NULL where it does not fit.</summary>
    public SqlValue Convert(scoped in SqlValue field, scoped in Row row) => Pattern is null || field.IsNull
        ? Casting.To(in field, Type, null, row.RowtimeUnixMicroseconds, row.Scratch)
        : PatternReadExpression.Read(Pattern, Type.Kind, field.Text);
}
