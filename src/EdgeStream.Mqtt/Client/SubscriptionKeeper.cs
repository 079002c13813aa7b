namespace EdgeStream.Mqtt;

/// <summary>Sees to it that the server's session is subscribed to what it should be, and asks for nothing where it is
/// already.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SubscriptionKeeper
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    private readonly MqttReconnectOptions _options;
    private IReadOnlyList<MqttKnownSubscription>? _known;
    private MqttClient? _seen;

    /// <summary>The filters that the server's session has for less than was asked for, and that in words.</summary>
    private readonly Dictionary<string, string> _lowered = new(StringComparer.Ordinal);

    private string? FirstLowered
    {
        get
        {
            foreach (string words in _lowered.Values)
            {
                return words;
            }

            return null;
        }
    }

    internal SubscriptionKeeper(MqttReconnectOptions options)
    {
        _options = options;
        _known = options.KnownSubscriptions;
    }

    /// <summary>Subscribes and unsubscribes what differs; tells what the server refuses or grants for less, or
    /// null.</summary>
    internal async Task<string?> UpdateAsync(MqttClient client, CancellationToken stopping)
    {
        if (!ReferenceEquals(_seen, client))
        {
            _seen = client;
            _known = client.IsSessionPresent ? _known : [];
            if (!client.IsSessionPresent)
            {
                _lowered.Clear();
            }
        }

        var missing = new List<MqttTopicSubscription>();
        foreach (MqttTopicSubscription wanted in _options.Subscriptions)
        {
            if (_known is null || !IsGranted(_known, wanted))
            {
                missing.Add(wanted);
            }
        }

        var surplus = new List<MqttKnownSubscription>();
        foreach (MqttKnownSubscription known in _known ?? [])
        {
            if (!HasFilter(_options.Subscriptions, known.Filter))
            {
                surplus.Add(known);
            }
        }

        return missing.Count == 0 && surplus.Count == 0
            ? FirstLowered
            : await ChangeAsync(client, missing, surplus, stopping).ConfigureAwait(false);
    }

    private async Task<string?> ChangeAsync(
        MqttClient client,
        List<MqttTopicSubscription> missing,
        List<MqttKnownSubscription> surplus,
        CancellationToken stopping)
    {
        var maybe = new List<MqttKnownSubscription>(surplus);
        foreach (MqttTopicSubscription wanted in _options.Subscriptions)
        {
            bool isGranted = !missing.Contains(wanted) && !_lowered.ContainsKey(wanted.Filter);
            maybe.Add(new MqttKnownSubscription(wanted.Filter, wanted.Qos, isGranted));
        }

        await TellAsync(maybe).ConfigureAwait(false);

        // What the session has already stays as it is: its retained messages need not come again (5.0).
        MqttRetainHandling handling = client.IsSessionPresent ? MqttRetainHandling.SendIfNew : MqttRetainHandling.Send;
        var asked = new List<Task<MqttReasonCode>>();
        foreach (MqttTopicSubscription wanted in missing)
        {
            asked.Add(client.SubscribeAsync(wanted.Filter, wanted.Qos, retainHandling: handling));
        }

        var ended = new List<Task<MqttReasonCode>>();
        foreach (MqttKnownSubscription gone in surplus)
        {
            ended.Add(client.UnsubscribeAsync(gone.Filter));
        }

        await Task.WhenAll(ended).WaitAsync(AnswerTime, _options.Time, stopping).ConfigureAwait(false);
        MqttReasonCode[] answers =
            await Task.WhenAll(asked).WaitAsync(AnswerTime, _options.Time, stopping).ConfigureAwait(false);
        string? refused = null;
        var now = new List<MqttKnownSubscription>();
        var told = new List<MqttKnownSubscription>();
        foreach (MqttTopicSubscription wanted in _options.Subscriptions)
        {
            int index = missing.IndexOf(wanted);
            MqttReasonCode answer = index < 0 ? (MqttReasonCode)wanted.Qos : answers[index];
            if (answer >= MqttReasonCode.UnspecifiedError)
            {
                refused ??= $"The server refuses the subscription to '{wanted.Filter}': {answer}.";
                continue;
            }

            // Asking again on this session would bring its retained messages again. After a restart it is asked anew.
            if ((byte)answer < (byte)wanted.Qos)
            {
                _lowered[wanted.Filter] = ExplainLower(wanted, answer);
            }
            else if (index >= 0)
            {
                _lowered.Remove(wanted.Filter);
            }

            now.Add(new MqttKnownSubscription(wanted.Filter, wanted.Qos, IsGranted: true));
            told.Add(new MqttKnownSubscription(
                wanted.Filter, wanted.Qos, IsGranted: !_lowered.ContainsKey(wanted.Filter)));
        }

        _known = now;
        await TellAsync(told).ConfigureAwait(false);
        return refused ?? FirstLowered;
    }

    private static string ExplainLower(MqttTopicSubscription wanted, MqttReasonCode granted) =>
        $"The server grants the subscription to '{wanted.Filter}' with QoS {(byte)granted} where {(byte)wanted.Qos} "
            + "was asked for: messages may be lost on the way.";

    private ValueTask TellAsync(IReadOnlyList<MqttKnownSubscription> subscriptions) =>
        _options.SubscriptionsChanging?.Invoke(subscriptions) ?? default;

    private static bool IsGranted(IReadOnlyList<MqttKnownSubscription> list, MqttTopicSubscription wanted)
    {
        foreach (MqttKnownSubscription item in list)
        {
            if (item.IsGranted && item.Filter == wanted.Filter && item.Qos == wanted.Qos)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasFilter(IReadOnlyList<MqttTopicSubscription> list, string filter)
    {
        foreach (MqttTopicSubscription item in list)
        {
            if (item.Filter == filter)
            {
                return true;
            }
        }

        return false;
    }
}
