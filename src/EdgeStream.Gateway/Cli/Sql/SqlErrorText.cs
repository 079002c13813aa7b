using System.Text.Json;
using EdgeStream.Sql;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>What a gateway says of a text, with the place underlined.</summary>
internal static class SqlErrorText
{
    /// <summary>Makes lines of the member <c>error</c> of an answer.</summary>
    /// <param name="error">The error.</param>
    /// <param name="sql">The text that was sent.</param>
    /// <param name="skipped">How many characters at its beginning the person did not write now.</param>
    public static string Of(JsonElement error, string sql, int skipped = 0)
    {
        var message = error.GetProperty("message").GetString()!;
        var hint = error.GetProperty("hint").GetString() is { Length: > 0 } text ? text : null;
        if (!error.TryGetProperty("line", out var line))
        {
            return hint is null ? message : $"{message}\nHint: {hint}";
        }

        var detail = error.GetProperty("detail").GetString();
        var length = error.GetProperty("length").GetInt32();
        var offset = OffsetOf(sql, line.GetInt32(), error.GetProperty("column").GetInt32());
        return offset >= skipped
            ? new SqlError(message, detail, hint, sql[skipped..], offset - skipped, length).ToString()
            : new SqlError(message, detail, hint, sql, offset, length).ToString();
    }

    private static int OffsetOf(string text, int line, int column)
    {
        var start = 0;
        for (var count = 1; count < line; count++)
        {
            start = text.IndexOf('\n', start) + 1;
        }

        return Math.Clamp(start + column - 1, 0, text.Length);
    }
}
