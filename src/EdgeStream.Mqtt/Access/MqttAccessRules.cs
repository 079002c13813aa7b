using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Rules in their order: the first one that is for the user, matches the topic and speaks of the operation
/// decides; where none does, it is forbidden. Immutable.</summary>
/// <remarks>A rule that allows nothing speaks of both operations.</remarks>
public sealed class MqttAccessRules
{
    /// <summary>The most rules there may be.</summary>
    public const int RulesMax = 100_000;

    private readonly List<(int Place, MqttAccessRule Rule)> _forAll = [];
    private readonly Dictionary<string, List<(int Place, MqttAccessRule Rule)>> _byUser = new(StringComparer.Ordinal);

    /// <param name="rules">The rules; their topics are topic filters.</param>
    public MqttAccessRules(IReadOnlyList<MqttAccessRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Count = rules.Count;
        for (int i = 0; i < rules.Count; i++)
        {
            if (rules[i].User == MqttAccessRule.Everyone)
            {
                _forAll.Add((i, rules[i]));
                continue;
            }

            if (!_byUser.TryGetValue(rules[i].User, out List<(int Place, MqttAccessRule Rule)>? own))
            {
                _byUser.Add(rules[i].User, own = []);
            }

            own.Add((i, rules[i]));
        }
    }

    /// <summary>How many rules there are.</summary>
    public int Count { get; }

    /// <summary>What is wrong with a rule's topic; null where nothing is.</summary>
    /// <param name="topic">A topic filter.</param>
    public static string? ProblemOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        byte[] bytes = Encoding.UTF8.GetBytes(topic);
        return Topics.IsFilter(bytes) && Topics.IsText(bytes) && !Topics.IsTooDeep(bytes) && bytes.Length <= 65_535
            ? null
            : $"'{topic}' is no topic filter: '+' and '#' stand alone in their level, '#' in the last";
    }

    /// <summary>The rules that count for one client, in their order, with its names put in.</summary>
    internal ClientRule[] For(string? userName, string clientId)
    {
        List<(int Place, MqttAccessRule Rule)>? own = _byUser.GetValueOrDefault(userName ?? MqttAccessRule.Anonymous);
        var rules = new List<ClientRule>();
        int next = 0;
        foreach ((int place, MqttAccessRule rule) in _forAll)
        {
            for (; next < own?.Count && own[next].Place < place; next++)
            {
                Add(rules, own[next].Rule, userName, clientId);
            }

            Add(rules, rule, userName, clientId);
        }

        for (; next < own?.Count; next++)
        {
            Add(rules, own[next].Rule, userName, clientId);
        }

        return [.. rules];
    }

    private static void Add(List<ClientRule> rules, MqttAccessRule rule, string? userName, string clientId)
    {
        string topic = rule.Topic;
        if (!rule.HasPatterns || (TryPut(ref topic, "%u", userName) && TryPut(ref topic, "%c", clientId)))
        {
            rules.Add(new ClientRule(Encoding.UTF8.GetBytes(topic), rule.Access));
        }
        else if (rule.Access == MqttTopicAccess.Nothing)
        {
            AddWidened(rules, rule.Topic, userName, clientId);
        }
    }

    /// <summary>What forbids, and whose names can't stand in a filter, forbids everything from the first level on that
    /// has one: no name is a way around it. For a client without a name there are no topics of its name.</summary>
    private static void AddWidened(List<ClientRule> rules, string topic, string? userName, string clientId)
    {
        int user = topic.IndexOf("%u", StringComparison.Ordinal);
        int client = topic.IndexOf("%c", StringComparison.Ordinal);
        if (user >= 0 && string.IsNullOrEmpty(userName))
        {
            return;
        }

        int first = user < 0 ? client : client < 0 ? user : Math.Min(user, client);
        string kept = topic[..(topic.LastIndexOf('/', first) + 1)];
        rules.Add(new ClientRule(Encoding.UTF8.GetBytes(kept + "#"), MqttTopicAccess.Nothing));
        if (kept.Length > 0)
        {
            return;
        }

        // '#' alone leaves out the topics that begin with '$'.
        string literal = topic.Replace("%u", userName, StringComparison.Ordinal)
            .Replace("%c", clientId, StringComparison.Ordinal);
        string level = literal.Split('/', 2)[0];
        if (level.StartsWith('$') && level.AsSpan().IndexOfAny('+', '#') < 0)
        {
            rules.Add(new ClientRule(Encoding.UTF8.GetBytes(level + "/#"), MqttTopicAccess.Nothing));
        }
    }

    private static bool TryPut(ref string topic, string mark, string? value)
    {
        if (!topic.Contains(mark, StringComparison.Ordinal))
        {
            return true;
        }

        if (string.IsNullOrEmpty(value) || value.AsSpan().IndexOfAny('+', '#', '/') >= 0)
        {
            return false;
        }

        topic = topic.Replace(mark, value, StringComparison.Ordinal);
        return true;
    }

    /// <summary>A rule as it counts for one client.</summary>
    internal readonly record struct ClientRule(byte[] Filter, MqttTopicAccess Access);
}
