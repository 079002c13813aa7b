using System.Text;

namespace EdgeStream.Delivery;

/// <summary>How records stand in streams of AWS, and of what speaks like them. Thread-safe.</summary>
/// <param name="isLine">As their line, rather than as their data.</param>
/// <param name="isIdentified">With their id before all else of the line.</param>
internal sealed class AwsPayload(bool isLine, bool isIdentified)
{
    /// <summary>The member with an id has fewer bytes: those of its name, the longest delivery's, a store's, a shard's,
    /// two numbers, and what stands between.</summary>
    private const int IdBytesMax = 192;

    /// <summary>The bytes of a record, or a little more.</summary>
    public int SizeOf(DeliveredRecord record) =>
        isIdentified ? IdBytesMax + record.Line.Length : isLine ? record.Line.Length : record.Data.Length;

    /// <summary>The bytes of a record of a request.</summary>
    public ReadOnlyMemory<byte> Of(DeliveryRequest request, DeliveredRecord record)
    {
        if (!isIdentified)
        {
            return isLine ? record.Line : record.Data;
        }

        // The id has characters alone that stand in JSON as they are, and the line is an object with members.
        return (byte[])
        [
            .. "{\"id\":\""u8, .. Encoding.ASCII.GetBytes(request.IdOf(record)), .. "\","u8, .. record.Line.Span[1..],
        ];
    }
}
