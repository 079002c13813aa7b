namespace EdgeStream.Devices;

/// <summary>The metrics of an edge node or device, as its birth named them. Immutable.</summary>
internal sealed class SparkplugBirth
{
    private readonly Dictionary<ulong, SparkplugKnown> _byAlias = [];
    private readonly Dictionary<byte[], SparkplugKnown> _byName = new(new PartitionKeyComparer());
    private readonly Dictionary<byte[], SparkplugKnown>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Of metrics with one alias or name the last counts.</summary>
    internal SparkplugBirth(IReadOnlyList<SparkplugKnown> metrics)
    {
        Metrics = metrics;
        foreach (var metric in metrics)
        {
            _byName[metric.Name] = metric;
            if (metric.Alias is { } alias)
            {
                _byAlias[alias] = metric;
            }
        }

        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>All of them, in the order of the birth.</summary>
    internal IReadOnlyList<SparkplugKnown> Metrics { get; }

    /// <summary>What is known of a metric of a later message; null when nothing is.</summary>
    internal SparkplugKnown? Find(scoped in SparkplugMetric metric) =>
        !metric.Name.IsEmpty ? _lookup.TryGetValue(metric.Name, out var named) ? named : null
        : metric.HasAlias && _byAlias.TryGetValue(metric.Alias, out var aliased) ? aliased : null;
}
