using System.Text;

namespace EdgeStream.Delivery;

/// <summary>The expressions <c>!{partitionKeyFromQuery:path}</c> of an object's name: what of its records' data stands
/// in their place.</summary>
/// <remarks>The name of a batch keeps them as they are, so that the ledger says how its records are divided; the names
/// of its objects have values instead.</remarks>
internal static class PartitionKeys
{
    /// <summary>Expressions in one name at most.</summary>
    public const int CountMax = 8;

    /// <summary>How long a value may be in a name, in bytes.</summary>
    public const int ValueBytesMax = 128;

    /// <summary>What stands before the colon.</summary>
    public const string Space = "partitionKeyFromQuery";

    private const string Opening = "!{" + Space + ":";
    private const char Closing = '}';

    /// <summary>The expression with a path.</summary>
    public static string Of(string path) => $"{Opening}{path}{Closing}";

    /// <summary>The paths in the order in which they stand in a name; none for most names.</summary>
    public static IReadOnlyList<string> PathsOf(string name)
    {
        if (!name.Contains(Opening, StringComparison.Ordinal))
        {
            return [];
        }

        var paths = new List<string>();
        Walk(name, paths.Add, static _ => { });
        return paths;
    }

    /// <summary>The name with values in the place of its expressions.</summary>
    public static string Fill(string name, IReadOnlyList<string> values)
    {
        var text = new StringBuilder(name.Length);
        var next = 0;
        Walk(name, _ => text.Append(values[next++]), part => text.Append(part));
        return text.ToString();
    }

    /// <summary>The name with what a function makes of each path in the path's place.</summary>
    public static string Map(string name, Func<string, string> map)
    {
        var text = new StringBuilder(name.Length);
        Walk(name, path => text.Append(Of(map(path))), part => text.Append(part));
        return text.ToString();
    }

    private static void Walk(string name, Action<string> path, Action<string> text)
    {
        var at = 0;
        while (at < name.Length)
        {
            var opening = name.IndexOf(Opening, at, StringComparison.Ordinal);
            var end = opening < 0 ? -1 : name.IndexOf(Closing, opening);
            if (end < 0)
            {
                text(name[at..]);
                return;
            }

            text(name[at..opening]);
            path(name[(opening + Opening.Length)..end]);
            at = end + 1;
        }
    }
}
