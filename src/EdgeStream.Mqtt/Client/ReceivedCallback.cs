namespace EdgeStream.Mqtt;

/// <summary>The simple way to receive: copies of messages, one after the other.</summary>
internal sealed class ReceivedCallback : IMqttPublishHandler
{
    private readonly Func<MqttReceivedMessage, ValueTask> _received;

    internal ReceivedCallback(Func<MqttReceivedMessage, ValueTask> received)
    {
        _received = received;
    }

    /// <inheritdoc/>
    public PublishReceipt Publish(in MqttPublication publication)
    {
        ValueTask handling = _received(new MqttReceivedMessage
        {
            Topic = publication.GetTopicString(),
            Payload = publication.Payload.ToArray(),
            Qos = publication.Qos,
            Retain = publication.Retain,
            IsDuplicate = publication.IsDuplicate,
            IsText = publication.Properties.IsText,
            ResponseTopic = Topics.Text(publication.Properties.ResponseTopic),
            CorrelationData = publication.Properties.CorrelationData.ToArray(),
            SubscriptionIdentifiers = publication.Properties.GetSubscriptionIdentifiers(),
            ContentType = Topics.Text(publication.Properties.ContentType),
            UserProperties = publication.Properties.GetUserProperties(),
            ExpirySeconds = publication.ExpirySeconds,
        });
        return handling.IsCompletedSuccessfully
            ? PublishReceipt.Accepted
            : PublishReceipt.Deferred(AcceptAfterAsync(handling));
    }

    private static async Task<PublishReceipt> AcceptAfterAsync(ValueTask handling)
    {
        await handling.ConfigureAwait(false);
        return PublishReceipt.Accepted;
    }
}
