using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Sql;

/// <summary>Where a value sits in a JSON record: the member names from the outermost object inwards.</summary>
/// <remarks>Names are compared exactly, upper and lower case included. Immutable.</remarks>
public sealed class ColumnPath : IEquatable<ColumnPath>
{
    /// <summary>How many names a path may have.</summary>
    public const int NamesMax = 16;

    private readonly string[] _names;

    internal ColumnPath(IEnumerable<string> names) => _names = [.. names];

    /// <summary>The member names, outermost first; at least one.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads <c>temperature</c>, <c>motor.rpm</c> or <c>"odd name".x</c>.</summary>
    /// <remarks>Outside double quotes a name may hold anything but dots, quotes and white space, so that
    /// <c>fan-1.rpm</c> needs no quotes here, as it does in an expression.</remarks>
    public static bool TryParse(string text, [NotNullWhen(true)] out ColumnPath? path)
    {
        path = null;
        var names = new List<string>();
        var rest = text.AsSpan().Trim();
        while (names.Count < NamesMax && TryTakeName(ref rest, out var name))
        {
            names.Add(name);
            if (rest.IsEmpty)
            {
                path = new ColumnPath(names);
                return true;
            }

            if (rest[0] != '.')
            {
                return false;
            }

            rest = rest[1..];
        }

        return false;
    }

    private static bool TryTakeName(ref ReadOnlySpan<char> rest, out string name)
    {
        name = "";
        if (rest.IsEmpty)
        {
            return false;
        }

        if (rest[0] != '"')
        {
            var end = rest.IndexOf('.');
            name = (end < 0 ? rest : rest[..end]).ToString();
            rest = rest[name.Length..];
            return name.Length > 0 && !name.Any(c => c == '"' || char.IsWhiteSpace(c));
        }

        var length = 1;
        while (length < rest.Length && (rest[length] != '"' || (length + 1 < rest.Length && rest[length + 1] == '"')))
        {
            length += rest[length] == '"' ? 2 : 1;
        }

        if (length >= rest.Length)
        {
            return false;
        }

        name = rest[1..length].ToString().Replace("\"\"", "\"", StringComparison.Ordinal);
        rest = rest[(length + 1)..];
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(ColumnPath? other) => other is not null && _names.AsSpan().SequenceEqual(other._names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ColumnPath);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_names.Length, _names[0], _names[^1]);

    /// <summary>The path as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Join('.', _names.Select(Quote));

    private static string Quote(string name) =>
        name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
