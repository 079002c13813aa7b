using System.Collections.Frozen;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The names of the streams that the configuration has. Thread-safe.</summary>
internal sealed class ConfiguredStreams(IReadOnlyList<StreamDefinition> streams)
{
    private volatile FrozenSet<string> _names = NamesOf(streams);

    /// <summary>Whether a stream is one of them.</summary>
    public bool Contains(string name) => _names.Contains(name);

    /// <summary>Takes the place of what was there before.</summary>
    public void Use(IReadOnlyList<StreamDefinition> next) => _names = NamesOf(next);

    private static FrozenSet<string> NamesOf(IReadOnlyList<StreamDefinition> streams)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stream in streams)
        {
            names.Add(stream.Name);
        }

        return names.ToFrozenSet(StringComparer.Ordinal);
    }
}
