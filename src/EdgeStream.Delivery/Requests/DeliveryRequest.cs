using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>The records of one request, in their order, and what the server says of each.</summary>
/// <param name="series">What ids of the records begin with: <c>&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;</c>, as
/// shards of two streams have the same name.</param>
/// <param name="records">The records; one at least.</param>
internal sealed class DeliveryRequest(string series, IReadOnlyList<DeliveredRecord> records)
{
    private const int SequenceDigits = 20;

    /// <summary>What ids of the records begin with; no other shard's.</summary>
    public string Series => series;

    /// <summary>The records.</summary>
    public IReadOnlyList<DeliveredRecord> Records { get; } = records;

    /// <summary>What the server says of each.</summary>
    public RecordVerdict[] Verdicts { get; } = new RecordVerdict[records.Count];

    /// <summary><c>&lt;id of the first record&gt;-&lt;last sequence, 20 digits&gt;</c>: the same whenever the same
    /// records are sent.</summary>
    public string Id => Records.Count == 1
        ? IdOf(Records[0]) : $"{IdOf(Records[0])}-{PlaceOf(Records[^1])}";

    /// <summary>The same as a UUID of version 8 (RFC 9562): the beginning of its SHA-256.</summary>
    public string Uuid
    {
        get
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Id} {Records.Count}"));
            hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
            hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
            return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
        }
    }

    /// <summary><c>&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;-&lt;sequence, 20 digits&gt;</c>, and behind it
    /// <c>-&lt;place&gt;</c> for a record of an aggregated one: the same whenever the record is sent, and no
    /// other's.</summary>
    public string IdOf(DeliveredRecord record) => $"{series}-{PlaceOf(record)}";

    /// <summary>Says the same of every record.</summary>
    public RequestResult AnswerAll(RecordVerdict verdict)
    {
        Array.Fill(Verdicts, verdict);
        return RequestResult.Answered;
    }

    private static string PlaceOf(DeliveredRecord record)
    {
        var sequence = record.Sequence.ToString(CultureInfo.InvariantCulture).PadLeft(SequenceDigits, '0');
        return record.SubSequence is { } place
            ? string.Create(CultureInfo.InvariantCulture, $"{sequence}-{place}") : sequence;
    }
}
