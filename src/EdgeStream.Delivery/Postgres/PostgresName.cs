using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Names of tables and columns in SQL.</summary>
internal static class PostgresName
{
    /// <summary>What the server keeps of a name, in bytes of UTF-8.</summary>
    public const int LengthBytesMax = 63;

    /// <summary>Quotes <c>name</c> or <c>schema.name</c>; false where it is no such name.</summary>
    public static bool TryQuote(string table, out string quoted)
    {
        var parts = table.Split('.');
        quoted = parts.Length == 1 ? Quote(parts[0]) : $"{Quote(parts[0])}.{Quote(parts[^1])}";
        return parts.Length <= 2 && IsName(parts[0]) && IsName(parts[^1]);
    }

    /// <summary>A name in quotes, which keep its case.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text in quotes; it must have no backslash.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static bool IsName(string name)
    {
        foreach (var character in name)
        {
            if (char.IsControl(character) || character is '"' or '\'' or '\\')
            {
                return false;
            }
        }

        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= LengthBytesMax;
    }
}
