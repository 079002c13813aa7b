namespace EdgeStream.Sql;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class Spelling
{
    private const int LengthMax = 64;

    /// <summary>The nearest of some names by the count of single changes, at most a third of the length; null where
    /// none is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var best = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (name.Length <= LengthMax && DistanceOf(name.ToUpperInvariant(), candidate) is var distance
                && distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static int DistanceOf(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            previous[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = left[row - 1] == right[column - 1] ? 0 : 1;
                current[column] = Math.Min(
                    previous[column - 1] + change, Math.Min(previous[column], current[column - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
