using System.Security.Cryptography;
using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>What a message says of who made it and of its number there: the MQTT 5 user properties
/// <c>edgestream-producer-sequence</c>, <c>edgestream-producer-epoch</c> and, where a client passes on what several
/// producers made, <c>edgestream-producer-id</c>.</summary>
/// <remarks>
/// The producer is the client id and that id: no client is taken for another one, nor for who writes over HTTP or
/// Kinesis, whose ids are UTF-8.
/// </remarks>
internal static class MqttProducer
{
    // No byte of UTF-8, and one that no text of MQTT has.
    private const byte Prefix = 0xFF;
    private const byte HashPrefix = 0xFE;
    private const byte Separator = 0;

    /// <summary>Reads it.</summary>
    /// <param name="publication">The message.</param>
    /// <param name="identity">Takes the producer: <see cref="ProducerStamp.ProducerIdSizeBytesMax"/> bytes.</param>
    /// <param name="stamp">What it says; the default where it has no sequence, or a number is none.</param>
    /// <returns>Why a number is none, a whole sentence; null where they are.</returns>
    public static string? Read(scoped in MqttPublication publication, Span<byte> identity, out ProducerStamp stamp)
    {
        stamp = default;
        var properties = publication.Properties;
        if (!properties.TryGetUserProperty("edgestream-producer-sequence"u8, out var digits))
        {
            return null;
        }

        if (!KeptProducerStamp.TryParseNumber(digits, out var sequence))
        {
            return "The user property edgestream-producer-sequence must be a number from 0 to 2^64-2.";
        }

        ulong epoch = 0;
        if (properties.TryGetUserProperty("edgestream-producer-epoch"u8, out digits)
            && !KeptProducerStamp.TryParseNumber(digits, out epoch))
        {
            return "The user property edgestream-producer-epoch must be a number from 0 to 2^64-2.";
        }

        _ = properties.TryGetUserProperty("edgestream-producer-id"u8, out var id);
        stamp = new ProducerStamp(identity[..WriteIdentity(identity, publication.ClientId, id)], sequence, epoch);
        return null;
    }

    /// <summary>Both ids where they fit, or else their hash.</summary>
    private static int WriteIdentity(Span<byte> identity, string clientId, ReadOnlySpan<byte> id)
    {
        var clientIdSizeBytes = Encoding.UTF8.GetByteCount(clientId);
        var sizeBytes = 1 + clientIdSizeBytes + 1 + id.Length;
        var whole = sizeBytes <= identity.Length ? identity[..sizeBytes] : new byte[sizeBytes];
        whole[0] = Prefix;
        Encoding.UTF8.GetBytes(clientId, whole[1..]);
        whole[1 + clientIdSizeBytes] = Separator;
        id.CopyTo(whole[(2 + clientIdSizeBytes)..]);
        if (sizeBytes <= identity.Length)
        {
            return sizeBytes;
        }

        identity[0] = HashPrefix;
        return 1 + SHA256.HashData(whole, identity[1..]);
    }
}
