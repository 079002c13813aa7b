using System.Text;

namespace EdgeStream.Devices;

/// <summary>The edge nodes that were heard of, with their births.</summary>
/// <remarks>
/// Thread-safe. At most 10,000 births of 200,000 metrics in all. State entries:
/// <c>sparkplug/&lt;group&gt;/&lt;node&gt;</c> and <c>…/&lt;device&gt;</c>, as
/// <see cref="SparkplugBirthFormat"/> has them.
/// </remarks>
internal sealed class SparkplugHost
{
    internal const int BirthsMax = 10_000;
    internal const int MetricsMax = 200_000;

    private const string Prefix = "sparkplug/";

    private readonly Lock _lock = new();
    private readonly DialectMemory _memory;
    private readonly Dictionary<byte[], SparkplugNode> _nodes = new(new PartitionKeyComparer());
    private readonly Dictionary<byte[], SparkplugNode>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private int _births;
    private int _metrics;

    internal SparkplugHost(DialectMemory memory)
    {
        _memory = memory;
        _lookup = _nodes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The node of a key, made when it is asked for first; null when there are too many.</summary>
    internal SparkplugNode? NodeOf(ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            if (!_lookup.TryGetValue(key, out var node) && _nodes.Count < BirthsMax)
            {
                node = new SparkplugNode(key.ToArray());
                _nodes.Add(node.Key, node);
            }

            return node;
        }
    }

    /// <summary>Keeps a birth; false when there would be too many. The caller holds the node's lock.</summary>
    internal bool TryKeep(SparkplugNode node, byte[] device, SparkplugBirth birth, ReadingBatch batch)
    {
        var before = node.BirthOf(device);
        lock (_lock)
        {
            var births = _births + (before is null ? 1 : 0);
            var metrics = _metrics + birth.Metrics.Count - (before?.Metrics.Count ?? 0);
            if (births > BirthsMax || metrics > MetricsMax)
            {
                return false;
            }

            (_births, _metrics) = (births, metrics);
        }

        node.Keep(device, birth);
        _memory.Save(NameOf(node, device), SparkplugBirthFormat.Write(birth, node.BirthDeathSequence), batch);
        return true;
    }

    /// <summary>Forgets the births of a node's devices, which name themselves anew after the node did. The caller holds
    /// the node's lock.</summary>
    internal void ForgetDevices(SparkplugNode node, ReadingBatch batch)
    {
        foreach (var device in node.Births.Keys.Where(static key => key.Length > 0).ToArray())
        {
            lock (_lock)
            {
                _births--;
                _metrics -= node.BirthOf(device)!.Metrics.Count;
            }

            node.Keep(device, null);
            _memory.Save(NameOf(node, device), null, batch);
        }
    }

    /// <summary>Has the node send its births again, at most every thirty seconds.</summary>
    internal void AskForBirth(in SparkplugTopic topic, SparkplugNode node, string? clientId, ReadingBatch batch)
    {
        const long MicrosecondsPerMillisecond = 1_000;
        if (node.TakeRebirthTurn(batch.Now))
        {
            _memory.Send(
                clientId,
                $"spBv1.0/{Encoding.UTF8.GetString(topic.Group)}/NCMD/{Encoding.UTF8.GetString(topic.Node)}",
                SparkplugPayload.RebirthRequest((ulong)(batch.Now.UnixMicroseconds / MicrosecondsPerMillisecond)));
        }
    }

    /// <summary>Takes an entry of the state; false when it is not one of these, or cannot be read.</summary>
    internal bool TryLoad(string name, ReadOnlySpan<byte> value)
    {
        var levels = name.Split('/');
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || levels.Length is not (3 or 4)
            || !SparkplugBirthFormat.TryRead(value, out var birth, out var sequence))
        {
            return false;
        }

        if (NodeOf(Encoding.UTF8.GetBytes($"{levels[1]}/{levels[2]}")) is { } node)
        {
            node.Keep(levels.Length == 4 ? Encoding.UTF8.GetBytes(levels[3]) : [], birth);
            node.BirthDeathSequence ??= levels.Length == 3 ? sequence : null;
            _births++;
            _metrics += birth!.Metrics.Count;
        }

        return true;
    }

    private static string NameOf(SparkplugNode node, byte[] device)
    {
        var name = Prefix + Encoding.UTF8.GetString(node.Key);
        return device.Length == 0 ? name : $"{name}/{Encoding.UTF8.GetString(device)}";
    }
}
