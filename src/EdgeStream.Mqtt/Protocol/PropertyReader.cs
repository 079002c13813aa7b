namespace EdgeStream.Mqtt;

/// <summary>Walks the properties of a packet: allowed here, at most once each except user properties.</summary>
/// <remarks>The caller reads each property's value through <see cref="Value"/> before it asks for the next.</remarks>
internal ref struct PropertyReader
{
    private const int PropertyIdMax = (int)PropertyId.SharedSubscriptionAvailable;
    private const ulong Repeatable =
        (1UL << (int)PropertyId.UserProperty) | (1UL << (int)PropertyId.SubscriptionIdentifier);

    private readonly ulong _allowed;
    private ulong _seen;

    /// <summary>Stands at the value of the property that was found last.</summary>
    internal PacketReader Value;

    internal PropertyReader(ReadOnlySpan<byte> bytes, ulong allowed)
    {
        Bytes = bytes;
        Value = new PacketReader(bytes);
        _allowed = allowed;
    }

    /// <summary>All the properties as they came, without their length.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where the next property starts in <see cref="Bytes"/>.</summary>
    internal readonly int Offset => Bytes.Length - Value.Remaining;

    internal bool TryRead(out PropertyId id)
    {
        if (Value.IsAtEnd)
        {
            id = default;
            return false;
        }

        uint number = Value.ReadVariableByteInteger();
        ulong bit = number <= PropertyIdMax ? 1UL << (int)number : 0;
        if ((bit & _allowed) == 0)
        {
            Reject.Malformed($"Property 0x{number:X2} is not allowed in this packet.");
        }

        if ((bit & _seen & ~Repeatable) != 0)
        {
            Reject.ProtocolError($"Property 0x{number:X2} is there more than once.");
        }

        _seen |= bit;
        id = (PropertyId)number;
        return true;
    }

    /// <summary>Reads the value of a property that the caller has no use for, with its type's checks.</summary>
    internal void Skip(PropertyId id)
    {
        switch (id)
        {
            case PropertyId.UserProperty:
                Value.ReadText();
                Value.ReadText();
                break;
            case PropertyId.CorrelationData or PropertyId.AuthenticationData:
                Value.ReadBinary();
                break;
            case PropertyId.SubscriptionIdentifier:
                Value.ReadVariableByteInteger();
                break;
            case PropertyId.SessionExpiryInterval or PropertyId.MessageExpiryInterval
                or PropertyId.WillDelayInterval or PropertyId.MaximumPacketSize:
                Value.ReadUInt32();
                break;
            case PropertyId.ServerKeepAlive or PropertyId.ReceiveMaximum
                or PropertyId.TopicAliasMaximum or PropertyId.TopicAlias:
                Value.ReadUInt16();
                break;
            case PropertyId.PayloadFormatIndicator or PropertyId.RequestProblemInformation
                or PropertyId.RequestResponseInformation or PropertyId.MaximumQos or PropertyId.RetainAvailable
                or PropertyId.WildcardSubscriptionAvailable or PropertyId.SubscriptionIdentifierAvailable
                or PropertyId.SharedSubscriptionAvailable:
                Value.ReadFlag("A property that is 0 or 1 has another value.");
                break;
            default:
                Value.ReadText();
                break;
        }
    }
}
