using System.Net;

namespace EdgeStream.Mqtt;

/// <summary>Slows logins from addresses where logins have failed.</summary>
/// <remarks>
/// Thread-safe. The delay doubles with each failure, from <see cref="FirstDelayMs"/> to <see cref="DelayMsMax"/>, and
/// halves with every <see cref="HalfLifeMs"/> without one. At most <see cref="WaitingMax"/> logins of an address wait
/// at once; that bounds how fast an address can guess. Bounded: at most <see cref="AddressesMax"/> addresses are
/// remembered, the one that failed longest ago is forgotten first.
/// </remarks>
internal sealed class FailedLogins
{
    internal const int FirstDelayMs = 100;
    internal const int DelayMsMax = 5_000;
    internal const int WaitingMax = 8;
    internal const int AddressesMax = 4096;
    private const int HalfLifeMs = 15_000;
    private const int FailuresMax = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Entry> _entries = [];
    private readonly LinkedList<IPAddress> _byAge = new();

    /// <summary>Whether logins of an address are held back now.</summary>
    internal bool IsSlowed(IPAddress address, long nowMs)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(AddressKey.Of(address), out Entry? entry))
            {
                return false;
            }

            entry.Decay(nowMs);
            return entry.Failures > 0;
        }
    }

    /// <summary>Begins a login; <see cref="End"/> ends it. False where too many of the address wait.</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="delayMs">How long to wait before it is judged.</param>
    internal bool TryBegin(IPAddress address, long nowMs, out int delayMs)
    {
        delayMs = 0;
        lock (_gate)
        {
            if (!_entries.TryGetValue(AddressKey.Of(address), out Entry? entry))
            {
                return true;
            }

            entry.Decay(nowMs);
            if (entry.Failures == 0)
            {
                return true;
            }

            if (entry.Waiting >= WaitingMax)
            {
                return false;
            }

            entry.Waiting++;
            delayMs = (int)Math.Min(DelayMsMax, (long)FirstDelayMs << (entry.Failures - 1));
            return true;
        }
    }

    /// <summary>A login that waited was judged, or given up.</summary>
    internal void End(IPAddress address)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(AddressKey.Of(address), out Entry? entry))
            {
                entry.Waiting = Math.Max(0, entry.Waiting - 1);
            }
        }
    }

    internal void AddFailure(IPAddress address, long nowMs)
    {
        lock (_gate)
        {
            IPAddress key = AddressKey.Of(address);
            if (!_entries.TryGetValue(key, out Entry? entry))
            {
                if (_entries.Count == AddressesMax)
                {
                    _entries.Remove(_byAge.First!.Value);
                    _byAge.RemoveFirst();
                }

                entry = new Entry(_byAge.AddLast(key));
                _entries.Add(key, entry);
            }
            else
            {
                _byAge.Remove(entry.Place);
                _byAge.AddLast(entry.Place);
            }

            entry.Decay(nowMs);
            entry.Failures = Math.Min(FailuresMax, entry.Failures + 1);
            entry.LastMs = nowMs;
        }
    }

    private sealed class Entry
    {
        internal Entry(LinkedListNode<IPAddress> place)
        {
            Place = place;
        }

        internal LinkedListNode<IPAddress> Place { get; }

        internal int Failures { get; set; }

        internal int Waiting { get; set; }

        internal long LastMs { get; set; }

        internal void Decay(long nowMs)
        {
            for (; Failures > 0 && nowMs - LastMs >= HalfLifeMs; LastMs += HalfLifeMs)
            {
                Failures /= 2;
            }
        }
    }
}
