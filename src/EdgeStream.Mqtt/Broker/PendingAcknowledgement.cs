namespace EdgeStream.Mqtt;

/// <summary>What a client waits for, in the order in which it asked.</summary>
internal readonly struct PendingAcknowledgement
{
    internal enum Work
    {
        /// <summary>A message handed to the host: pass it on, then acknowledge by its QoS.</summary>
        Publish,

        /// <summary>A QoS 2 message that was handed over before: PUBREC when that is decided.</summary>
        RepeatedPublish,

        /// <summary>A released QoS 2 identifier: PUBCOMP when its release is durable.</summary>
        Release,

        /// <summary>A QoS 2 message that the client has received: PUBREL when that is durable.</summary>
        Received,
    }

    internal required Work Kind { get; init; }

    internal required PublishReceipt Receipt { get; init; }

    internal MqttQos Qos { get; init; }

    internal ushort PacketId { get; init; }

    /// <summary>Null where nobody is to get it.</summary>
    internal ApplicationMessage? Message { get; init; }

    /// <summary>Completes when what is kept of the message is durable; null where nothing is waited for.</summary>
    internal Task? Kept { get; init; }

    /// <summary>What became of it, once it is decided and durable; what could not be stored is refused.</summary>
    internal PublishOutcome Outcome => Kept is null or { IsCompletedSuccessfully: true }
        ? Receipt.Outcome
        : PublishOutcome.Refused(MqttReasonCode.UnspecifiedError);

    /// <summary>Of a QoS 2 message that was handed over here, and of one of QoS 1 whose connection ended before its
    /// acknowledgement: who waits for what becomes of it.</summary>
    internal InboundReservation? Reservation { get; init; }

    /// <summary>What is in a QoS 1 message of a session that outlives its connection, to know it again; else
    /// zero.</summary>
    internal int ContentHash { get; init; }

    /// <summary>Whether it counts against the connection's receive maximum until it is acknowledged.</summary>
    internal bool IsCounted { get; init; }

    /// <summary>What it counts against the connection's bound.</summary>
    internal int SizeBytes { get; init; }
}
