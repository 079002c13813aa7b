using System.Globalization;
using EdgeStream.Streams;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>An extension: headers by which records that are put again are recognised.</summary>
internal static class ProducerHeaders
{
    /// <summary>How many numbers behind the first one's each further record's is.</summary>
    internal const string Offsets = "x-edgestream-producer-offsets";

    /// <summary>Of an answer: which records of the request were recognised, by their places from 0.</summary>
    internal const string Recognised = "x-edgestream-producer-recognised";

    private const string Id = "x-edgestream-producer-id";
    private const string Sequence = "x-edgestream-producer-sequence";
    private const string Epoch = "x-edgestream-producer-epoch";
    private const ushort OffsetMax = 1023;

    /// <summary>What the headers say of the request's records; null where there are none.</summary>
    /// <exception cref="ApiException">One is missing or not allowed.</exception>
    internal static RequestProducer? Read(IHeaderDictionary headers)
    {
        var id = headers[Id];
        var sequence = headers[Sequence];
        var epoch = headers[Epoch];
        var offsets = headers[Offsets];
        if (id.Count + sequence.Count + epoch.Count + offsets.Count == 0)
        {
            return null;
        }

        if (!KeptProducerStamp.TryParseId(id.ToString(), out var bytes))
        {
            throw ApiException.InvalidArgument(
                $"The header {Id} must have 1 to {ProducerStamp.ProducerIdSizeBytesMax} bytes of UTF-8, without "
                    + "U+FFFD.");
        }

        var first = new KeptProducerStamp(
            bytes, Number(Sequence, sequence.ToString()), epoch.Count == 0 ? 0 : Number(Epoch, epoch.ToString()));
        return new RequestProducer(first, offsets.Count == 0 ? null : OffsetsOf(offsets.ToString()));
    }

    /// <summary>Numbers that rise, all within the window by which a shard recognises what comes again.</summary>
    private static ushort[] OffsetsOf(string text)
    {
        var offsets = new List<ushort>();
        foreach (var range in text.AsSpan().Split(','))
        {
            if (!ushort.TryParse(
                    text.AsSpan()[range].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                || offset > OffsetMax || offset <= (offsets.Count == 0 ? 0 : offsets[^1]))
            {
                throw ApiException.InvalidArgument(
                    $"The header {Offsets} must have numbers from 1 to {OffsetMax} that rise, with commas between.");
            }

            offsets.Add(offset);
        }

        return [.. offsets];
    }

    private static ulong Number(string name, string text) =>
        KeptProducerStamp.TryParseNumber(text, out var value)
            ? value
            : throw ApiException.InvalidArgument($"The header {name} must be a number from 0 to 2^64-2.");
}
