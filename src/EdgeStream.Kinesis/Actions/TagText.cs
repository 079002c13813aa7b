using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Which tags there may be.</summary>
internal static class TagText
{
    private const string Allowed = "_./=+-%@:";

    /// <summary>Tags of something new.</summary>
    /// <exception cref="ApiException">A tag has letters that are not allowed, or there are too many.</exception>
    internal static IReadOnlyDictionary<string, string> Check(
        List<KeyValuePair<string, string>> tags, string name, string account) =>
        Merge(new Dictionary<string, string>(), tags, name, account);

    /// <summary>Tags with others added to them.</summary>
    /// <exception cref="ApiException">A tag has letters that are not allowed, or there are too many.</exception>
    internal static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> old,
        List<KeyValuePair<string, string>> added,
        string name,
        string account)
    {
        var merged = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var (key, value) in added)
        {
            CheckLetters(key);
            CheckLetters(value);
            CheckReserved(key);
            CheckPercent(key, "add tags to", name, account);
            CheckPercent(value, "add tags to", name, account);
            merged[key] = value;
        }

        return merged.Count > StreamAttributes.TagCountMax
            ? throw ApiException.InvalidArgument(
                $"Failed to add tags to stream {name} under account {account} because a given stream cannot have more "
                    + $"than {StreamAttributes.TagCountMax} tags associated with it.")
            : merged;
    }

    /// <summary>Tags without some of them.</summary>
    /// <exception cref="ApiException">A key has letters that are not allowed.</exception>
    internal static IReadOnlyDictionary<string, string> Without(
        IReadOnlyDictionary<string, string> old, List<string> keys, string name, string account)
    {
        var left = new Dictionary<string, string>(old, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            CheckLetters(key);
            CheckPercent(key, "remove tags from", name, account);
            left.Remove(key);
        }

        return left;
    }

    private static void CheckLetters(string text)
    {
        foreach (var letter in text)
        {
            if (!char.IsLetterOrDigit(letter) && letter != ' ' && !Allowed.Contains(letter))
            {
                throw ApiException.InvalidArgument(
                    "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . "
                        + "/ = + - % @.");
            }
        }
    }

    /// <summary>The service's own tags begin like this, in any case of the letters.</summary>
    private static void CheckReserved(string key)
    {
        if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.InvalidArgument(
                $"The tag key '{key}' begins with 'aws:', which is reserved: tags cannot be added with it.");
        }
    }

    private static void CheckPercent(string text, string what, string name, string account)
    {
        if (text.Contains('%'))
        {
            throw ApiException.InvalidArgument(
                $"Failed to {what} stream {name} under account {account} because some tags contained illegal "
                    + "characters. The allowed characters are Unicode letters, white-spaces, "
                    + "'_',',','/','=','+','-','@'.");
        }
    }
}
