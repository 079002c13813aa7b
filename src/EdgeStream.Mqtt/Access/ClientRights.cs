namespace EdgeStream.Mqtt;

/// <summary>The rights of one client under rules that may be replaced while it is connected.</summary>
/// <remarks>Thread-safe. The client's rules are worked out when it asks first, and again after a change.</remarks>
internal sealed class ClientRights : IMqttRights
{
    private readonly MqttPasswordAuthenticator _source;
    private readonly string? _userName;
    private readonly string _clientId;
    private volatile Worked? _worked;

    internal ClientRights(MqttPasswordAuthenticator source, string? userName, string clientId)
    {
        _source = source;
        _userName = userName;
        _clientId = clientId;
    }

    /// <inheritdoc/>
    public bool MayPublish(ReadOnlySpan<byte> topic) => IsAllowed(topic, MqttTopicAccess.Publish);

    /// <inheritdoc/>
    public bool MayReceive(ReadOnlySpan<byte> topic) => IsAllowed(topic, MqttTopicAccess.Subscribe);

    /// <inheritdoc/>
    public bool MaySubscribe(ReadOnlySpan<byte> filter)
    {
        if (Rules() is not { } rules)
        {
            return true;
        }

        foreach (MqttAccessRules.ClientRule rule in rules)
        {
            if (rule.Access == MqttTopicAccess.Nothing)
            {
                if (TopicMatch.Covers(rule.Filter, filter))
                {
                    return false;
                }
            }
            else if ((rule.Access & MqttTopicAccess.Subscribe) != 0 && TopicMatch.Overlaps(rule.Filter, filter))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAllowed(ReadOnlySpan<byte> topic, MqttTopicAccess operation)
    {
        if (Rules() is not { } rules)
        {
            return true;
        }

        foreach (MqttAccessRules.ClientRule rule in rules)
        {
            bool isSpokenOf = rule.Access == MqttTopicAccess.Nothing || (rule.Access & operation) != 0;
            if (isSpokenOf && TopicMatch.Matches(rule.Filter, topic))
            {
                return rule.Access != MqttTopicAccess.Nothing;
            }
        }

        return false;
    }

    /// <summary>Null where there are no rules at all.</summary>
    private MqttAccessRules.ClientRule[]? Rules()
    {
        MqttAccessRules? current = _source.Rules;
        if (current is null)
        {
            return null;
        }

        Worked? worked = _worked;
        if (worked is null || !ReferenceEquals(worked.From, current))
        {
            _worked = worked = new Worked(current, current.For(_userName, _clientId));
        }

        return worked.Rules;
    }

    private sealed record Worked(MqttAccessRules From, MqttAccessRules.ClientRule[] Rules);
}
