using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Tells a stream of another gateway who has made the records of a request, and their numbers, so that it
/// takes each once.</summary>
/// <remarks>
/// <para>The README of <c>EdgeStream.Kinesis</c>, "Records that are put again". A record's number is its sequence
/// number, its producer the delivery's shard: <c>&lt;delivery&gt;-&lt;store id&gt;-&lt;shard&gt;</c>, or the SHA-256 of
/// that in hexadecimal where it is too long. The user records of an aggregated one are numbered by their places, their
/// epoch is its sequence number, and each <see cref="PlacesMax"/> of them have a producer of their own:
/// <c>&lt;producer&gt;/&lt;place / 1,000&gt;</c>.</para>
/// <para>A stream recognises what is less than 1,024 behind a producer's newest. The records of a request
/// (<see cref="Join"/>) are, and the next request goes out when all of them are settled, durably. So is what a crash
/// sends again of an aggregated record, which is the whole of it.</para>
/// </remarks>
internal static class ProducerNumbers
{
    private const string Id = "x-edgestream-producer-id";
    private const string Sequence = "x-edgestream-producer-sequence";
    private const string Epoch = "x-edgestream-producer-epoch";
    private const string Offsets = "x-edgestream-producer-offsets";
    private const string Recognised = "x-edgestream-producer-recognised";

    /// <summary>What a stream answers for a record whose number it can't tell any more.</summary>
    private const string TooOldCode = "InvalidArgumentException";

    private const int OffsetMax = 1023;
    private const int IdBytesMax = 64;

    /// <summary>Places in an aggregated record that have one producer: fewer than a stream recognises.</summary>
    private const int PlacesMax = 1000;

    /// <summary>Whether a record can be in one request with those from another on.</summary>
    public static bool Join(DeliveredRecord first, DeliveredRecord next) =>
        first.SubSequence is { } place
            ? next.SubSequence is { } nextPlace && next.Sequence == first.Sequence
                && nextPlace / PlacesMax == place / PlacesMax
            : next.SubSequence is null && next.Sequence - first.Sequence <= OffsetMax;

    /// <summary>Names producer and numbers of a request.</summary>
    public static void AddTo(HttpRequestMessage message, DeliveryRequest request)
    {
        var first = request.Records[0];
        var series = request.Series;
        if (first.SubSequence is { } place)
        {
            series = string.Create(CultureInfo.InvariantCulture, $"{series}/{place / PlacesMax}");
            Add(message, Epoch, first.Sequence);
        }

        message.Headers.TryAddWithoutValidation(Id, series.Length <= IdBytesMax
            ? series : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(series))));
        Add(message, Sequence, NumberOf(first));
        if (request.Records.Count > 1)
        {
            message.Headers.TryAddWithoutValidation(Offsets, OffsetsOf(request));
        }
    }

    /// <summary>Marks the records of which the stream says that their numbers are not new.</summary>
    public static void ReadFrom(HttpResponseHeaders headers, DeliveryRequest request)
    {
        var verdicts = request.Verdicts;
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i].Code == TooOldCode)
            {
                verdicts[i] = verdicts[i].AsRepeat();
            }
        }

        if (!headers.TryGetValues(Recognised, out var values))
        {
            return;
        }

        foreach (var place in string.Join(',', values).Split(','))
        {
            if (int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                && at < verdicts.Length)
            {
                verdicts[at] = verdicts[at].AsRepeat();
            }
        }
    }

    private static long NumberOf(DeliveredRecord record) => record.SubSequence ?? record.Sequence;

    private static string OffsetsOf(DeliveryRequest request)
    {
        var text = new StringBuilder();
        var first = NumberOf(request.Records[0]);
        for (var i = 1; i < request.Records.Count; i++)
        {
            text.Append(i == 1 ? "" : ",").Append(NumberOf(request.Records[i]) - first);
        }

        return text.ToString();
    }

    private static void Add(HttpRequestMessage message, string name, long number) =>
        message.Headers.TryAddWithoutValidation(name, number.ToString(CultureInfo.InvariantCulture));
}
