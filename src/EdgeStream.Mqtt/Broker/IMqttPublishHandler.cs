namespace EdgeStream.Mqtt;

/// <summary>The host's side of the broker: it makes messages safe.</summary>
public interface IMqttPublishHandler
{
    /// <summary>Takes one message over; it is acknowledged to its publisher only when the receipt is decided.</summary>
    /// <remarks>
    /// Called for the messages of one connection one after the other in their order, from many connections at once. It
    /// must
    /// not block: what it needs of the message it copies before it returns, and it may finish later, with many messages
    /// of a
    /// connection under way. Acknowledgements go out in the order of the messages whatever the order of decisions.
    /// A QoS 2 message is handed over once, however often it is sent; a QoS 1 message again each time it is sent again.
    /// An exception refuses the message like a failed task.
    /// </remarks>
    /// <param name="publication">Valid during the call only.</param>
    /// <returns>When, and whether, the message is safe.</returns>
    PublishReceipt Publish(in MqttPublication publication);
}
