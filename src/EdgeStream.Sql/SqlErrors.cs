namespace EdgeStream.Sql;

/// <summary>Makes the one exception of this room from a place in the text.</summary>
internal static class SqlErrors
{
    public static SqlException At(
        string text, Token token, string primary, string? detail = null, string? hint = null) =>
        new(new SqlError(primary, detail, hint, text, token.Offset, Math.Max(1, token.Length)));
}
