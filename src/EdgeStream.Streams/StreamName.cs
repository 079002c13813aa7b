namespace EdgeStream.Streams;

/// <summary>Which names a stream or a consumer may have.</summary>
public static class StreamName
{
    private const int LengthMax = 128;

    /// <summary>
    /// Whether the text is 1 to 128 ASCII letters, digits, <c>_</c>, <c>.</c> or <c>-</c>, not only dots: Kinesis's
    /// rule.
    /// </summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= LengthMax
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-')
        && name.Any(letter => letter != '.');
}
