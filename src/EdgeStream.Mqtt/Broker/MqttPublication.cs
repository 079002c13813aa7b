namespace EdgeStream.Mqtt;

/// <summary>A message as it is handed to the host: a view over the connection's buffer, valid during the call
/// only.</summary>
public readonly ref struct MqttPublication
{
    internal MqttPublication(
        string clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> propertyBytes)
    {
        ClientId = clientId;
        Topic = topic;
        Payload = payload;
        Properties = new MqttPublishProperties(propertyBytes);
    }

    /// <summary>The publisher's client identifier; to the host of a client, that client's own.</summary>
    public string ClientId { get; }

    /// <summary>The topic name in UTF-8, well formed and without wildcards.</summary>
    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Bytes that are missing at the payload's end; zero for all but messages of <see
    /// cref="MqttClientOptions.TakesCutPayloads"/>.</summary>
    public int DroppedBytes { get; internal init; }

    /// <summary>The quality of service it was published with.</summary>
    public MqttQos Qos { get; internal init; }

    /// <summary>Whether nobody waits for the receipt: QoS 0, not retained, and no subscriber gets it.</summary>
    /// <remarks>The host may make it safe at its leisure. Only a receipt that is decided is looked at.</remarks>
    public bool IsFireAndForget { get; internal init; }

    /// <summary>Whether it replaces (or with an empty payload, deletes) its topic's retained message.</summary>
    public bool Retain { get; internal init; }

    /// <summary>Whether the publisher says that it sent the message before.</summary>
    public bool IsDuplicate { get; internal init; }

    /// <summary>Whether this is the will of a client that was lost.</summary>
    public bool IsWill { get; internal init; }

    /// <summary>Seconds left until it expires; null where it doesn't. Told to the host of a client only.</summary>
    public uint? ExpirySeconds { get; internal init; }

    /// <summary>The packet identifier; zero at QoS 0 and for wills.</summary>
    public ushort PacketId { get; internal init; }

    /// <summary>Cancelled when the publisher's connection is over; never for wills.</summary>
    /// <remarks>A host that deferred the message gives it up then, cancelled or refused: nobody waits for it any more,
    /// and its publisher sends it again on its next connection.</remarks>
    public CancellationToken ConnectionClosed => Connection?.Closed ?? ClientClosed;

    /// <summary>The same for a message that a client received.</summary>
    internal CancellationToken ClientClosed { get; init; }

    /// <summary>Whom it came from; null for wills, and for what a client received.</summary>
    internal ServerConnection? Connection { get; init; }

    /// <summary>Content type, user properties and the like; empty in 3.1.1.</summary>
    public MqttPublishProperties Properties { get; }

    /// <summary>The topic as a string. Allocates at each call.</summary>
    /// <returns>The decoded topic name.</returns>
    public string GetTopicString() => Topics.Text(Topic);
}
