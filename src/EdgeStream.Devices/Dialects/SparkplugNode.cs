using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>What is known of one edge node. Its lock guards it.</summary>
internal sealed class SparkplugNode(byte[] key)
{
    private const long RebirthIntervalMicroseconds = 30_000_000;
    private const byte SequenceMask = 0xFF;

    private readonly Dictionary<byte[], SparkplugBirth> _births = new(new PartitionKeyComparer());
    private Timestamp? _rebirthAskedAt;
    private int _sequence = -1;

    /// <summary>Held while a message of the node is read.</summary>
    internal Lock Lock { get; } = new();

    /// <summary><c>group/node</c>, in UTF-8.</summary>
    internal byte[] Key { get; } = key;

    /// <summary>The births by device; the node's own has an empty key.</summary>
    internal IReadOnlyDictionary<byte[], SparkplugBirth> Births => _births;

    /// <summary>Which session the node is in; null before its first birth.</summary>
    internal ulong? BirthDeathSequence { get; set; }

    /// <summary>How often numbers were missing.</summary>
    internal long Gaps { get; private set; }

    /// <summary>The birth of the node or of one of its devices; null when it is not known.</summary>
    internal SparkplugBirth? BirthOf(ReadOnlySpan<byte> device) =>
        _births.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(device, out var birth) ? birth : null;

    /// <summary>Keeps a birth; null forgets the device.</summary>
    internal void Keep(byte[] device, SparkplugBirth? birth)
    {
        if (birth is null)
        {
            _births.Remove(device);
        }
        else
        {
            _births[device] = birth;
        }
    }

    /// <summary>Begins to count anew.</summary>
    internal void Begin(ulong sequence) => _sequence = (int)(sequence & SequenceMask);

    /// <summary>Takes the number of a message; false when one before it is missing.</summary>
    /// <remarks>A number that comes again is the same message, offered once more.</remarks>
    internal bool TryAdvance(ulong sequence)
    {
        var isNext = _sequence < 0 || (int)sequence == _sequence || (int)sequence == ((_sequence + 1) & SequenceMask);
        Gaps += isNext ? 0 : 1;
        _sequence = (int)(sequence & SequenceMask);
        return isNext;
    }

    /// <summary>Whether a birth is to be asked for now: at most every thirty seconds.</summary>
    internal bool TakeRebirthTurn(Timestamp now)
    {
        var isDue = _rebirthAskedAt is not { } last || now < last
            || now.UnixMicroseconds - last.UnixMicroseconds >= RebirthIntervalMicroseconds;
        _rebirthAskedAt = isDue ? now : _rebirthAskedAt;
        return isDue;
    }
}
