namespace EdgeStream.Mqtt;

/// <summary>Which properties each packet may carry (MQTT 5.0 section 2.2.2.2, table 2-4), as bit sets over the
/// identifiers.</summary>
internal static class PropertySets
{
    private const ulong User = 1UL << (int)PropertyId.UserProperty;
    private const ulong Reason = (1UL << (int)PropertyId.ReasonString) | User;
    private const ulong Authentication =
        (1UL << (int)PropertyId.AuthenticationMethod) | (1UL << (int)PropertyId.AuthenticationData);

    private const ulong Message =
        (1UL << (int)PropertyId.PayloadFormatIndicator)
        | (1UL << (int)PropertyId.MessageExpiryInterval)
        | (1UL << (int)PropertyId.ContentType)
        | (1UL << (int)PropertyId.ResponseTopic)
        | (1UL << (int)PropertyId.CorrelationData)
        | User;

    internal const ulong Connect =
        (1UL << (int)PropertyId.SessionExpiryInterval)
        | (1UL << (int)PropertyId.ReceiveMaximum)
        | (1UL << (int)PropertyId.MaximumPacketSize)
        | (1UL << (int)PropertyId.TopicAliasMaximum)
        | (1UL << (int)PropertyId.RequestResponseInformation)
        | (1UL << (int)PropertyId.RequestProblemInformation)
        | Authentication
        | User;

    internal const ulong Will = Message | (1UL << (int)PropertyId.WillDelayInterval);

    internal const ulong Connack =
        (1UL << (int)PropertyId.SessionExpiryInterval)
        | (1UL << (int)PropertyId.ReceiveMaximum)
        | (1UL << (int)PropertyId.MaximumQos)
        | (1UL << (int)PropertyId.RetainAvailable)
        | (1UL << (int)PropertyId.MaximumPacketSize)
        | (1UL << (int)PropertyId.AssignedClientIdentifier)
        | (1UL << (int)PropertyId.TopicAliasMaximum)
        | (1UL << (int)PropertyId.WildcardSubscriptionAvailable)
        | (1UL << (int)PropertyId.SubscriptionIdentifierAvailable)
        | (1UL << (int)PropertyId.SharedSubscriptionAvailable)
        | (1UL << (int)PropertyId.ServerKeepAlive)
        | (1UL << (int)PropertyId.ResponseInformation)
        | (1UL << (int)PropertyId.ServerReference)
        | Authentication
        | Reason;

    internal const ulong Publish =
        Message | (1UL << (int)PropertyId.TopicAlias) | (1UL << (int)PropertyId.SubscriptionIdentifier);

    internal const ulong Acknowledgement = Reason;
    internal const ulong Subscribe = (1UL << (int)PropertyId.SubscriptionIdentifier) | User;
    internal const ulong Unsubscribe = User;

    internal const ulong Disconnect =
        (1UL << (int)PropertyId.SessionExpiryInterval) | (1UL << (int)PropertyId.ServerReference) | Reason;

    internal const ulong Auth = Authentication | Reason;
}
