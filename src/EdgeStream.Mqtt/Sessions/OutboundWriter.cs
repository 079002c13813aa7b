using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>Writes a session's messages as its client wants them: version, aliases, packet size.</summary>
internal readonly struct OutboundWriter(MqttStatistics statistics)
{
    /// <summary>False where the packet exceeds what the client takes; then it is done with [MQTT-3.1.2-25].</summary>
    /// <remarks>An alias makes a packet longer when it is new or its topic is short: where only that is too much, the
    /// topic goes out without it.</remarks>
    internal bool TryWrite(
        IBufferWriter<byte> output,
        DeliveryTerms terms,
        in OutboundMessage message,
        bool isDuplicate,
        long nowMs,
        ref int budgetBytes)
    {
        bool isNewAlias = false;
        ushort alias = terms.Aliases?.Find(message.Message.Topic, out isNewAlias) ?? 0;
        PublishWriter writer = WriterOf(terms, message, isDuplicate, nowMs, alias, isNewAlias);
        int size = writer.Measure();
        if (alias != 0 && !terms.Takes(size))
        {
            isNewAlias = false;
            writer = WriterOf(terms, message, isDuplicate, nowMs, alias: 0, isNewAlias);
            size = writer.Measure();
        }

        if (!terms.Takes(size))
        {
            statistics.AddDroppedTooLarge();
            return false;
        }

        writer.Write(output);
        if (isNewAlias)
        {
            terms.Aliases!.Establish(message.Message.Topic, alias);
        }

        budgetBytes -= size;
        statistics.AddPublishSent(size);
        return true;
    }

    private static PublishWriter WriterOf(
        DeliveryTerms terms,
        in OutboundMessage message,
        bool isDuplicate,
        long nowMs,
        ushort alias,
        bool isNewAlias) => new()
    {
        Version = terms.Version,
        Qos = message.Qos,
        IsDuplicate = isDuplicate,
        Retain = message.Retain,
        PacketId = message.PacketId,
        Topic = alias == 0 || isNewAlias ? message.Message.Topic : default(ReadOnlySpan<byte>),
        TopicAlias = alias,
        Payload = message.Message.Payload,
        ForwardedProperties = message.Message.ForwardedProperties,
        ExpirySeconds = message.Message.RemainingSeconds(nowMs),
        SubscriptionIds = message.Ids,
    };
}
