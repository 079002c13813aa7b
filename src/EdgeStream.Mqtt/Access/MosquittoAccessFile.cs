namespace EdgeStream.Mqtt;

/// <summary>Reads rules in the form of Mosquitto's <c>acl_file</c>.</summary>
/// <remarks>
/// <c>topic [read|write|readwrite|deny] FILTER</c> is for the user named by the <c>user NAME</c> line before it, or for
/// anonymous clients where there is none; <c>pattern [read|write|readwrite|deny] FILTER</c> for everyone, with
/// <c>%u</c> and <c>%c</c>. As there, a user's own lines count before patterns, and among each of the two what is
/// denied counts before what is allowed.
/// </remarks>
public static class MosquittoAccessFile
{
    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="problems">Gets what is wrong; such lines are left out.</param>
    public static MqttAccessRules Parse(string text, ICollection<MqttFileProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var denied = new List<MqttAccessRule>();
        var allowed = new List<MqttAccessRule>();
        var patternsDenied = new List<MqttAccessRule>();
        var patternsAllowed = new List<MqttAccessRule>();
        string user = MqttAccessRule.Anonymous;
        int line = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            line++;
            string content = raw.Trim().ToString();
            (string word, string rest) = Cut(content);
            switch (word)
            {
                case "" or ['#', ..]:
                    break;
                case "user" when rest.Length > 0:
                    user = rest;
                    break;
                case "topic":
                    AddRule(ReadRule(rest, false, user, line, problems), denied, allowed);
                    break;
                case "pattern":
                    AddRule(ReadRule(rest, true, user, line, problems), patternsDenied, patternsAllowed);
                    break;
                default:
                    problems.Add(new MqttFileProblem(line, $"'{content}' is no rule; allowed: user NAME, topic "
                        + "[read|write|readwrite|deny] FILTER, pattern [read|write|readwrite|deny] FILTER"));
                    break;
            }
        }

        MqttAccessRule[] all = [.. denied, .. allowed, .. patternsDenied, .. patternsAllowed];
        if (all.Length > MqttAccessRules.RulesMax)
        {
            problems.Add(new MqttFileProblem(line, $"there are more than {MqttAccessRules.RulesMax} rules"));
            all = all[..MqttAccessRules.RulesMax];
        }

        return new MqttAccessRules(all);
    }

    private static (string Word, string Tail) Cut(string text)
    {
        int end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[end..].TrimStart());
    }

    private static void AddRule(MqttAccessRule? rule, List<MqttAccessRule> denied, List<MqttAccessRule> allowed)
    {
        if (rule is not null)
        {
            (rule.Access == MqttTopicAccess.Nothing ? denied : allowed).Add(rule);
        }
    }

    private static MqttAccessRule? ReadRule(
        string text, bool isPattern, string user, int line, ICollection<MqttFileProblem> problems)
    {
        (string word, string topic) = Cut(text);
        MqttTopicAccess? access = word switch
        {
            "read" => MqttTopicAccess.Subscribe,
            "write" => MqttTopicAccess.Publish,
            "readwrite" => MqttTopicAccess.Both,
            "deny" => MqttTopicAccess.Nothing,
            _ => null,
        };
        if (access is null || topic.Length == 0)
        {
            // Without one of the words the rest is the topic, which may have blanks in it.
            topic = text;
        }

        if ((topic.Length == 0 ? "there is no topic" : MqttAccessRules.ProblemOf(topic)) is { } problem)
        {
            problems.Add(new MqttFileProblem(line, problem));
            return null;
        }

        return new MqttAccessRule
        {
            User = isPattern ? MqttAccessRule.Everyone : user,
            Topic = topic,
            Access = access ?? MqttTopicAccess.Both,
            HasPatterns = isPattern,
        };
    }
}
