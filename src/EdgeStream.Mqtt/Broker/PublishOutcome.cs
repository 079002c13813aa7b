namespace EdgeStream.Mqtt;

/// <summary>What became of a message that was handed to the host.</summary>
public readonly record struct PublishOutcome
{
    private PublishOutcome(MqttReasonCode reason)
    {
        Reason = reason;
    }

    /// <summary>The message is safe: it is acknowledged and goes on to its subscribers.</summary>
    public static PublishOutcome Accepted => default;

    /// <summary>Success, or the reason of the refusal.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>Whether the message is safe.</summary>
    public bool IsAccepted => Reason < MqttReasonCode.UnspecifiedError;

    /// <summary>Whether the same message would be refused at every later time too.</summary>
    internal bool IsFinal => Reason
        is MqttReasonCode.NotAuthorized
        or MqttReasonCode.TopicNameInvalid
        or MqttReasonCode.PayloadFormatInvalid;

    /// <summary>The message is not taken: nobody gets it, and the publisher is told so.</summary>
    /// <remarks>A 5.0 client gets the reason in PUBACK or PUBREC. 3.1.1 has no such answer: the connection is closed
    /// without an acknowledgement, so that the client sends again later; but for
    /// <see cref="MqttReasonCode.NotAuthorized"/>, <see cref="MqttReasonCode.TopicNameInvalid"/> and
    /// <see cref="MqttReasonCode.PayloadFormatInvalid"/>, which are final, the message is acknowledged and dropped,
    /// or the client would send it for ever. At QoS 0 the message is
    /// dropped and counted.</remarks>
    /// <param name="reason">Best <see cref="MqttReasonCode.QuotaExceeded"/>,
    /// <see cref="MqttReasonCode.NotAuthorized"/>,
    /// <see cref="MqttReasonCode.TopicNameInvalid"/>, <see cref="MqttReasonCode.PayloadFormatInvalid"/> or
    /// <see cref="MqttReasonCode.ImplementationSpecificError"/>, the ones that an acknowledgement can carry; any other
    /// failure goes out as <see cref="MqttReasonCode.UnspecifiedError"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reason is not a failure.</exception>
    public static PublishOutcome Refused(MqttReasonCode reason)
    {
        const byte FirstFailure = (byte)MqttReasonCode.UnspecifiedError;
        ArgumentOutOfRangeException.ThrowIfLessThan((byte)reason, FirstFailure, nameof(reason));
        return new PublishOutcome(reason);
    }
}
