namespace EdgeStream.Analytics;

/// <summary>Which rules look at a record: those of any key, and those of its own.</summary>
/// <remarks>A rule whose condition asks for one partition key costs nothing for records of others, so that a thousand
/// rules for a thousand devices are no more work than one rule for all of them.</remarks>
internal sealed class RulesByKey
{
    private readonly Dictionary<int, (byte[] Key, Rule[] Rules)[]> _ofKeys;

    public RulesByKey(IReadOnlyCollection<Rule> rules)
    {
        OfAnyKey = [.. rules.Where(static rule => rule.OnlyKey is null)];
        _ofKeys = rules.Where(static rule => rule.OnlyKey is not null)
            .GroupBy(static rule => Convert.ToHexString(rule.OnlyKey!), StringComparer.Ordinal)
            .Select(static group => (Key: group.First().OnlyKey!, Rules: group.ToArray()))
            .GroupBy(static entry => KeyHash.Of(entry.Key))
            .ToDictionary(static group => group.Key, static group => group.ToArray());
    }

    /// <summary>The rules that look at every record.</summary>
    public Rule[] OfAnyKey { get; }

    /// <summary>The rules that look at records of this key alone.</summary>
    public ReadOnlySpan<Rule> Of(ReadOnlySpan<byte> key, int hash)
    {
        if (_ofKeys.Count > 0 && _ofKeys.TryGetValue(hash, out var entries))
        {
            foreach (var entry in entries)
            {
                if (key.SequenceEqual(entry.Key))
                {
                    return entry.Rules;
                }
            }
        }

        return [];
    }
}
