using System.Text;

namespace EdgeStream.Mqtt;

/// <summary>Brings sessions and retained messages back from the state. An entry that can't be read is left out and
/// reported.</summary>
internal static class StateLoader
{
    /// <returns>Wills whose sessions ended before they were published: they are due.</returns>
    internal static List<DueWill> Load(MqttBroker broker, IMqttStateStore store, SessionLimits limits)
    {
        var wills = new List<DueWill>();
        var sessions = new Dictionary<string, Session>(StringComparer.Ordinal);
        var parts = new List<(StateKey Key, ReadOnlyMemory<byte> Value)>();
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> entries = store.List();
        RestoreClock(broker, entries);
        foreach ((string text, ReadOnlyMemory<byte> value) in entries)
        {
            if (!StateKey.TryParse(text, out StateKey? key))
            {
                Log.StateEntryUnreadable(broker.Logger, text, "The key is of no known kind.");
                continue;
            }

            TryRead(broker, text, () => Read(broker, key.Value, value, limits, sessions, parts));
        }

        parts.Sort(static (left, right) => left.Key.Number.CompareTo(right.Key.Number));
        foreach ((StateKey key, ReadOnlyMemory<byte> value) in parts)
        {
            TryRead(broker, key.ToString(), () => ReadPart(broker, key, value, limits, sessions, wills));
        }

        foreach (Session session in sessions.Values)
        {
            broker.Sessions.Restore(session);
        }

        if (entries.Count > 0)
        {
            broker.Journal.MarkKept();
            broker.StateClock.Start();
        }

        Log.Restored(broker.Logger, sessions.Count, broker.RetainedCount);
        return wills;
    }

    /// <summary>First of all: every other entry is told in the broker's time.</summary>
    private static void RestoreClock(
        MqttBroker broker, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> entries)
    {
        string clock = StateClock.Key.ToString();
        foreach ((string text, ReadOnlyMemory<byte> value) in entries)
        {
            if (text == clock)
            {
                TryRead(broker, text, () => broker.StateClock.Restore(value.Span));
            }
        }
    }

    private static void TryRead(MqttBroker broker, string key, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException)
        {
            Log.StateEntryUnreadable(broker.Logger, key, e.Message);
        }
    }

    private static void Read(
        MqttBroker broker,
        StateKey key,
        ReadOnlyMemory<byte> value,
        SessionLimits limits,
        Dictionary<string, Session> sessions,
        List<(StateKey Key, ReadOnlyMemory<byte> Value)> parts)
    {
        switch (key.Kind)
        {
            case StateKind.Retained:
                var reader = new StateReader(value.Span);
                ApplicationMessage message = MessageRecord.Read(ref reader, broker.Clock.NowMs);
                bool isKeys = message.Topic.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(key.Name));
                if (!isKeys || !broker.Retained.TryRestore(message))
                {
                    throw new InvalidDataException("The topic isn't the key's, or a bound is reached.");
                }

                break;
            case StateKind.Session:
                long leftAtMs = broker.StateClock.StoppedAtMs ?? broker.Clock.NowMs;
                sessions.Add(key.Name, SessionRecord.Decode(key.Name, value.Span, limits, leftAtMs));
                break;
            case StateKind.Clock:
                break;
            default:
                // Belongs to a session that may come later in the list.
                parts.Add((key, value));
                break;
        }
    }

    private static void ReadPart(
        MqttBroker broker,
        StateKey key,
        ReadOnlyMemory<byte> value,
        SessionLimits limits,
        Dictionary<string, Session> sessions,
        List<DueWill> wills)
    {
        if (!sessions.TryGetValue(key.Name, out Session? session))
        {
            if (key.Kind == StateKind.Will)
            {
                var ended = new Session(key.Name, limits);
                ended.RestoreWill(WillRecord.Decode(value.Span, out _), 0);
                wills.Add(ended.TakeWaitingWill()!.Value);
                return;
            }

            broker.Journal.Delete(key);
            throw new InvalidDataException("Its session is not there; the entry is deleted.");
        }

        switch (key.Kind)
        {
            case StateKind.Inbound:
                session.Inbound.Restore((ushort)key.Number);
                break;
            case StateKind.Will:
                session.RestoreWill(WillRecord.Decode(value.Span, out long dueMs), dueMs);
                break;
            default:
                session.Restore(OutboundRecord.Decode(value.Span, key.Number, broker.Clock.NowMs));
                break;
        }
    }
}
