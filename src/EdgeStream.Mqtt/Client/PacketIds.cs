namespace EdgeStream.Mqtt;

/// <summary>The packet identifiers of one client: given out in turn, none twice while it is in use.</summary>
/// <remarks>Thread-safe. Publishes keep theirs over connections, so they belong to the session.</remarks>
internal sealed class PacketIds
{
    private readonly Lock _gate = new();
    private readonly HashSet<ushort> _used = [];
    private ushort _last;

    /// <exception cref="IOException">Every identifier is in use.</exception>
    internal ushort Take()
    {
        lock (_gate)
        {
            if (_used.Count >= ushort.MaxValue)
            {
                throw new IOException("All packet identifiers are in use.");
            }

            do
            {
                _last++;
            }
            while (_last == 0 || !_used.Add(_last));
            return _last;
        }
    }

    internal void Release(ushort id)
    {
        lock (_gate)
        {
            _used.Remove(id);
        }
    }
}
