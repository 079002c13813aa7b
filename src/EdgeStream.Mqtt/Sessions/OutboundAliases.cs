namespace EdgeStream.Mqtt;

/// <summary>The numbers that the server gives to topic names on one connection, so that they need not be sent again
/// (MQTT 5.0 section 3.3.2.3.4).</summary>
/// <remarks>
/// The first topics that repeat get one, up to what the client takes and no more than 64; a number is never given to
/// another topic. Whether a topic was sent before is remembered by its hash, in 256 places: a topic that lost its
/// place gets its number later, or none. Not thread-safe: guarded by its session. Nothing is allocated before the
/// first message.
/// </remarks>
internal sealed class OutboundAliases
{
    private const int AliasesMax = 64;
    private const int SeenPlaces = 256;

    private readonly int _maximum;
    private Dictionary<byte[], ushort>? _aliases;
    private int[]? _seen;

    internal OutboundAliases(int maximum)
    {
        _maximum = Math.Min(maximum, AliasesMax);
    }

    /// <summary>The topic's number; zero where it gets none.</summary>
    /// <param name="topic">The topic name.</param>
    /// <param name="isNew">Whether the client doesn't know the number yet: the topic name is sent along, and
    /// <see cref="Establish"/> is called when it was.</param>
    internal ushort Find(byte[] topic, out bool isNew)
    {
        isNew = false;
        _aliases ??= new Dictionary<byte[], ushort>(Utf8Comparer.Instance);
        if (_aliases.TryGetValue(topic, out ushort alias))
        {
            return alias;
        }

        if (_aliases.Count >= _maximum)
        {
            return 0;
        }

        int hash = Utf8Comparer.Instance.GetHashCode(topic);
        ref int seen = ref (_seen ??= new int[SeenPlaces])[hash & (SeenPlaces - 1)];
        if (seen != hash)
        {
            seen = hash;
            return 0;
        }

        isNew = true;
        return (ushort)(_aliases.Count + 1);
    }

    /// <summary>The packet that tells the client the topic's number is written.</summary>
    internal void Establish(byte[] topic, ushort alias) => _aliases!.Add(topic, alias);
}
