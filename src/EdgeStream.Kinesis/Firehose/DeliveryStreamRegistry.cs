using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Kinesis;

/// <summary>The delivery streams that are there, by name. Thread-safe.</summary>
internal sealed class DeliveryStreamRegistry
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, DeliveryStream> _streams = new(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyList<DeliveryStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Values];
            }
        }
    }

    internal bool TryGet(string name, [NotNullWhen(true)] out DeliveryStream? stream)
    {
        lock (_gate)
        {
            return _streams.TryGetValue(name, out stream);
        }
    }

    /// <summary>Whether this very one is there: its name may be another's by now.</summary>
    internal bool IsThere(DeliveryStream stream) =>
        TryGet(stream.Record.Name, out var registered) && ReferenceEquals(registered, stream);

    internal void Add(DeliveryStream stream)
    {
        lock (_gate)
        {
            _streams[stream.Record.Name] = stream;
        }
    }

    internal void Remove(DeliveryStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.Record.Name);
        }
    }
}
