using EdgeStream.Streams;
using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>An extension: headers by which records that are put again are recognised.</summary>
internal static class ProducerHeaders
{
    private const string Id = "x-edgestream-producer-id";
    private const string Sequence = "x-edgestream-producer-sequence";
    private const string Epoch = "x-edgestream-producer-epoch";

    /// <summary>What the headers say of the request's records; null where there are none.</summary>
    /// <exception cref="ApiException">One is missing or not allowed.</exception>
    internal static KeptProducerStamp? Read(IHeaderDictionary headers)
    {
        var id = headers[Id];
        var sequence = headers[Sequence];
        var epoch = headers[Epoch];
        if (id.Count + sequence.Count + epoch.Count == 0)
        {
            return null;
        }

        if (!KeptProducerStamp.TryParseId(id.ToString(), out var bytes))
        {
            throw ApiException.InvalidArgument(
                $"The header {Id} must have 1 to {ProducerStamp.ProducerIdSizeBytesMax} bytes of UTF-8, without "
                    + "U+FFFD.");
        }

        return new KeptProducerStamp(
            bytes, Number(Sequence, sequence.ToString()), epoch.Count == 0 ? 0 : Number(Epoch, epoch.ToString()));
    }

    private static ulong Number(string name, string text) =>
        KeptProducerStamp.TryParseNumber(text, out var value)
            ? value
            : throw ApiException.InvalidArgument($"The header {name} must be a number from 0 to 2^64-2.");
}
