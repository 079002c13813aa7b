namespace EdgeStream.Delivery;

/// <summary>Records that nobody needs any more, for the next attempts of one delivery: a backlog would make as many
/// anew as go out, and memory grows with what is made before it is collected.</summary>
/// <remarks>Thread-safe: an attempt takes all and gives them back; one beside it makes its own. Holds
/// <see cref="RecordsMax"/> at most, which are 100 KB.</remarks>
internal sealed class SpareRecords
{
    /// <summary>How many are kept: a request of the usual size.</summary>
    public const int RecordsMax = 512;

    private Stack<DeliveredRecord>? _records;

    /// <summary>Takes those that are there; the caller's alone until it gives them back.</summary>
    public Stack<DeliveredRecord> TakeAll() => Interlocked.Exchange(ref _records, null) ?? new();

    /// <summary>Gives back what was taken; where another attempt was sooner, the larger stack stays.</summary>
    public void GiveBack(Stack<DeliveredRecord> records)
    {
        if (Interlocked.Exchange(ref _records, records) is { } other && other.Count > records.Count)
        {
            Interlocked.CompareExchange(ref _records, other, records);
        }
    }
}
