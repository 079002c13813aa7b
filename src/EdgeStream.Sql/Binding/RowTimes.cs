namespace EdgeStream.Sql;

/// <summary>The names of the row's time and of what is made of it.</summary>
/// <remarks>There is no clock here: the current time of a row is the row's own, so that a row means the same whenever
/// it is read again.</remarks>
internal static class RowTimes
{
    /// <summary>The names, in upper case.</summary>
    public static readonly string[] Names =
    [
        "ROWTIME", "CURRENT_TIMESTAMP", "CURRENT_ROW_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_DATE", "CURRENT_TIME",
        "LOCALTIME",
    ];

    /// <summary>The expression behind a name; null where it is none of these.</summary>
    public static Expression? Find(Token token)
    {
        var index = Array.FindIndex(Names, token.Is);
        return index < 0 ? null : Names[index] switch
        {
            "CURRENT_DATE" => new CastExpression(new RowtimeExpression(), new SqlDataType(SqlTypeName.Date)),
            "CURRENT_TIME" or "LOCALTIME" =>
                new CastExpression(new RowtimeExpression(), new SqlDataType(SqlTypeName.Time)),
            _ => new RowtimeExpression(),
        };
    }
}
