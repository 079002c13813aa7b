using System.Text;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>What a message says of who made it and of its number there: the MQTT 5 user properties
/// <c>producer-sequence</c>, <c>producer-id</c> (by default the client id) and <c>producer-epoch</c>.</summary>
internal static class MqttProducer
{
    /// <summary>Reads it; false where a number is none, the id is too long, or the sequence is missing.</summary>
    /// <param name="publication">The message.</param>
    /// <param name="stamp">What it says; the default where it says nothing.</param>
    public static bool TryRead(in MqttPublication publication, out ProducerStamp stamp)
    {
        stamp = default;
        var properties = publication.Properties;
        var hasId = properties.TryGetUserProperty("producer-id"u8, out var id);
        var hasEpoch = properties.TryGetUserProperty("producer-epoch"u8, out var epochDigits);
        if (!properties.TryGetUserProperty("producer-sequence"u8, out var digits))
        {
            return !hasId && !hasEpoch;
        }

        ulong epoch = 0;
        id = hasId ? id : Encoding.UTF8.GetBytes(publication.ClientId);
        if (id.Length is 0 or > ProducerStamp.ProducerIdSizeBytesMax
            || !KeptProducerStamp.TryParseNumber(digits, out var sequence)
            || (hasEpoch && !KeptProducerStamp.TryParseNumber(epochDigits, out epoch)))
        {
            return false;
        }

        stamp = new ProducerStamp(id, sequence, epoch);
        return true;
    }
}
