namespace EdgeStream.Analytics;

/// <summary>A text to compare with, in which a <c>*</c> at the end stands for any rest.</summary>
public static class TextPattern
{
    /// <summary>Whether a text is as the pattern says; without a pattern every text is.</summary>
    public static bool Matches(string? pattern, string text) =>
        pattern is null
        || (pattern.EndsWith('*')
            ? text.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : string.Equals(pattern, text, StringComparison.Ordinal));
}
