using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Up to where the rejected records of one shard are in the error stream already.</summary>
/// <remarks>
/// <para>The checkpoint <c>delivery-errors/&lt;delivery&gt;/&lt;shard&gt;</c> of the error stream is the store id, the
/// id of the stream, the sequence number and the place in an aggregated record, in ASCII with spaces between: what was
/// rejected up to there is in the error stream. That of a last segment which is not the first has <c>/&lt;base, 20
/// digits&gt;</c> behind its name, and tells of what lies behind the base.</para>
/// <para>Each takes about 130 bytes of the 64 KiB that a shard of the error stream has for them, and is taken away with
/// a later rejection of any delivery when its ledger is gone, or when all is settled that it tells of.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class ErrorPlaces(DeliveryDefinition definition, StreamStore store, Shard shard)
{
    private const string Prefix = "delivery-errors/";

    /// <summary>An aggregated record as a whole comes behind those of its user records that are put aside
    /// alone.</summary>
    private const int WholePlace = int.MaxValue;

    private readonly List<(long After, long Sequence, int Place)> _done = [];

    /// <summary>The name of the shard's checkpoint.</summary>
    public string ShardName { get; } = $"{Prefix}{definition.Title}/{shard.Id}";

    /// <summary>The place of a rejected record within the record that it came in.</summary>
    public static int PlaceOf(Rejection rejection) => rejection.SubSequence ?? WholePlace;

    /// <summary>Which of two places comes first.</summary>
    public static int Compare(long sequence, int place, long otherSequence, int otherPlace) =>
        sequence != otherSequence ? sequence.CompareTo(otherSequence) : place.CompareTo(otherPlace);

    /// <summary>Reads what the error stream has, whichever of its shards took it.</summary>
    public void Load(DataStream stream, string id)
    {
        _done.Clear();
        foreach (var errorShard in stream.Shards)
        {
            foreach (var (name, value) in errorShard.Checkpoints)
            {
                if (name.StartsWith(ShardName, StringComparison.Ordinal)
                    && TryReadBase(name.AsSpan(ShardName.Length), out var after)
                    && TryRead(value.Span, out var written, out var sequence, out var place) && written == id)
                {
                    _done.Add((after, sequence, place));
                }
            }
        }
    }

    /// <summary>Whether a record that was rejected is there.</summary>
    public bool Has(long sequence, int place)
    {
        foreach (var part in _done)
        {
            if (sequence > part.After && Compare(sequence, place, part.Sequence, part.Place) <= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds to a batch that what is needed no more goes: of deliveries and shards without a ledger, and of
    /// segments that are settled.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="target">The shard of the error stream that takes it.</param>
    /// <param name="current">The checkpoint that the batch sets.</param>
    public void AddRemovals(AppendBatch batch, Shard target, string current)
    {
        foreach (var (name, value) in target.Checkpoints)
        {
            if (name != current && name != ShardName && name.StartsWith(Prefix, StringComparison.Ordinal)
                && name[Prefix.Length..].Split('/') is [var title, var shardId, ..] parts
                && !(store.State.TryGet(LedgerFormat.Key(title, shardId), out var ledger)
                    && (parts.Length == 2 || IsOpen(ledger.Span, value.Span))))
            {
                batch.SetCheckpoint(name, default);
            }
        }
    }

    /// <summary>Whether something of a segment may be put aside again.</summary>
    private static bool IsOpen(ReadOnlySpan<byte> ledger, ReadOnlySpan<byte> place)
    {
        try
        {
            return TryRead(place, out _, out var sequence, out _)
                && LedgerFormat.Read(ledger).Checkpoint.Value < sequence;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    /// <summary>Reads what a name has behind that of the shard: nothing, or a segment's base.</summary>
    private static bool TryReadBase(ReadOnlySpan<char> suffix, out long after)
    {
        after = 0;
        return suffix.IsEmpty || (suffix[0] == '/'
            && long.TryParse(suffix[1..], NumberStyles.None, CultureInfo.InvariantCulture, out after));
    }

    private static bool TryRead(ReadOnlySpan<byte> value, out string id, out long sequence, out int place)
    {
        (id, sequence, place) = ("", 0, 0);
        if (Encoding.ASCII.GetString(value).Split(' ') is not [var made, var madeOf, var last, var sub])
        {
            return false;
        }

        id = $"{made} {madeOf}";
        return long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            && int.TryParse(sub, NumberStyles.None, CultureInfo.InvariantCulture, out place);
    }
}
