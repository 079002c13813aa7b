namespace EdgeStream.Delivery;

/// <summary>Makes the subject of a record from a template.</summary>
internal static class NatsSubject
{
    private const string Key = "{key}";
    private const char Stand = '_';

    /// <summary>Subjects of the server itself begin with these: its API, inboxes, replies between servers.</summary>
    private static readonly string[] Reserved = ["$", "_INBOX.", "_R_.", "_GR_."];
    private static readonly string[] Places = ["{stream}", "{shard}", Key, "{delivery}"];

    /// <summary>Whether the subject follows from the record: only then is what is wrong with it the record's.</summary>
    public static bool IsOfRecord(string template) => template.Contains(Key, StringComparison.Ordinal);

    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? ProblemOf(string template)
    {
        var rest = template;
        foreach (var place in Places)
        {
            rest = rest.Replace(place, "x", StringComparison.Ordinal);
        }

        return rest == Plain(rest) && rest.AsSpan().IndexOfAny("{}/") < 0
            ? null
            : $"'{template}' is no subject: parts with '.' between them, without white space, '*' and '>', and with "
                + $"{string.Join(", ", Places)} in them.";
    }

    /// <summary>Fills in the places. Each <c>/</c> of a key begins another part; what no part may have becomes
    /// <c>_</c>, and so does an empty part. One stands in front of a subject of the server
    /// itself, unless the template begins as one.</summary>
    public static string Fill(string template, string delivery, DeliveredRecord record)
    {
        var subject = Replaced(template, delivery, record);
        return IsReserved(subject) && !IsReserved(template) ? Stand + subject : subject;
    }

    private static bool IsReserved(string subject)
    {
        foreach (var beginning in Reserved)
        {
            if (subject.StartsWith(beginning, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Replaced(string template, string delivery, DeliveredRecord record) => template
        .Replace("{delivery}", Plain(delivery), StringComparison.Ordinal)
        .Replace("{stream}", Plain(record.Stream), StringComparison.Ordinal)
        .Replace("{shard}", record.Shard, StringComparison.Ordinal)
        .Replace(Key, Plain(record.Key.Replace('/', '.')), StringComparison.Ordinal);

    /// <summary>A text on one line, for a header.</summary>
    public static string OneLine(string text) => Replace(text, char.IsControl);

    private static string Plain(string text)
    {
        var parts = Replace(
            text, static character => character is '*' or '>' || char.IsWhiteSpace(character)
                || char.IsControl(character)).Split('.');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i].Length == 0 ? $"{Stand}" : parts[i];
        }

        return string.Join('.', parts);
    }

    private static string Replace(string text, Predicate<char> isForbidden)
    {
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = isForbidden(characters[i]) ? Stand : characters[i];
        }

        return new string(characters);
    }
}
