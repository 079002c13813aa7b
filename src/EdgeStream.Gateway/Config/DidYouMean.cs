namespace EdgeStream.Gateway.Config;

/// <summary>Finds the word that was probably meant.</summary>
internal static class DidYouMean
{
    private const int WordLengthMax = 64;

    /// <summary>The nearest of the words by edit distance, or null when none is near enough to be a typing
    /// error.</summary>
    public static string? Suggest(string word, IEnumerable<string> words)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in words)
        {
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best is not null && bestDistance <= Math.Max(1, Math.Min(word.Length, best.Length) / 3) ? best : null;
    }

    /// <summary>Optimal string alignment distance: inserts, deletes, replacements and swaps of neighbours count one
    /// each.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > WordLengthMax || right.Length > WordLengthMax)
        {
            return int.MaxValue;
        }

        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(rows, left, right, i, j);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static int Step(int[,] rows, string left, string right, int i, int j)
    {
        var cost = left[i - 1] == right[j - 1] ? 0 : 1;
        var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
        var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
    }
}
