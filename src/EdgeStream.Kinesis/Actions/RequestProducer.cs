using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Who made the records of a request, and the number of each.</summary>
/// <param name="first">Of the first record.</param>
/// <param name="offsets">How many numbers behind the first one's each further record's is; null where they follow one
/// another.</param>
internal sealed class RequestProducer(KeptProducerStamp first, ushort[]? offsets)
{
    /// <summary>Refuses numbers that are not those of so many records.</summary>
    /// <exception cref="ApiException">There are too few or too many, or one is too great.</exception>
    internal void Check(int count)
    {
        if (offsets is not null && offsets.Length != count - 1)
        {
            throw ApiException.InvalidArgument(
                $"The header {ProducerHeaders.Offsets} must have a number for each record behind the first: "
                    + $"{offsets.Length} for {count} records.");
        }

        if (first.Sequence > ProducerStamp.NumberMax - (ulong)OffsetOf(count - 1))
        {
            throw ApiException.InvalidArgument("The producer's sequence numbers of the records exceed 2^64-2.");
        }
    }

    /// <summary>The stamp of a record, by its place from 0.</summary>
    internal ProducerStamp StampOf(int index) => first.After(OffsetOf(index));

    private int OffsetOf(int index) => offsets is null || index == 0 ? index : offsets[index - 1];
}
