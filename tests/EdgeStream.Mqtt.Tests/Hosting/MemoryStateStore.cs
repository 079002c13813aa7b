namespace EdgeStream.Mqtt.Tests;

/// <summary>A state store whose commits can be held or made to fail.</summary>
internal sealed class MemoryStateStore : IMqttStateStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _entries = new(StringComparer.Ordinal);

    internal Func<Task> BeforeCommit { get; set; } = static () => Task.CompletedTask;

    internal int Commits { get; private set; }

    /// <summary>The keys but for the clock's, which is beside every commit.</summary>
    internal IReadOnlyList<string> Keys => [.. List().Select(static e => e.Key).Where(static k => k != "clock")];

    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> List()
    {
        lock (_gate)
        {
            return [.. _entries];
        }
    }

    public async ValueTask CommitAsync(IReadOnlyList<MqttStateChange> changes, CancellationToken cancellationToken)
    {
        await BeforeCommit();
        lock (_gate)
        {
            Commits++;
            foreach (MqttStateChange change in changes)
            {
                if (change.Value is { } value)
                {
                    _entries[change.Key] = value.ToArray();
                }
                else
                {
                    _entries.Remove(change.Key);
                }
            }
        }
    }

    /// <summary>What a power cut leaves.</summary>
    internal MemoryStateStore Copy()
    {
        var copy = new MemoryStateStore();
        foreach ((string key, ReadOnlyMemory<byte> value) in List())
        {
            copy.Put(key, value.ToArray());
        }

        return copy;
    }

    /// <summary>The payloads of the messages that wait for clients.</summary>
    internal IEnumerable<string> OutboundPayloads() =>
        from entry in List()
        where entry.Key.StartsWith("outbound/", StringComparison.Ordinal)
        select System.Text.Encoding.UTF8.GetString(OutboundRecord.Decode(entry.Value.Span, 1, 0).Message.Payload);

    internal void Put(string key, byte[] value)
    {
        lock (_gate)
        {
            _entries[key] = value;
        }
    }
}
