namespace EdgeStream.Mqtt;

/// <summary>A session's expiry and subscriptions.</summary>
/// <remarks>
/// <code>
/// version u8 | session expiry in seconds u32, 0xFFFFFFFF = never
/// when its client left, broker's clock in ms i64, -1 = it is connected | subscriptions: count u32, then each
///   filter text | options u8 (as in SUBSCRIBE of 5.0) | subscription identifier u32, 0 = none
/// whose it is u8, 0 = not known, 1 = a client's without a name, 2 = a user's whose name follows, text
/// </code>
/// Version 2 doesn't tell whose it is.
/// Version 1 doesn't tell when the client left: the expiry counts anew from the start of the broker that reads it.
/// </remarks>
internal sealed class SessionRecord : StateRecord
{
    private const int NoLocalFlag = 0x04;
    private const int RetainAsPublishedFlag = 0x08;
    private const int RetainHandlingShift = 4;

    private const long Connected = -1;

    private readonly uint _expirySeconds;
    private readonly long _disconnectedAtMs;
    private readonly SessionUser _user;
    private readonly (SubscriptionRequest Request, uint Identifier)[] _subscriptions;

    /// <param name="expirySeconds">The session expiry.</param>
    /// <param name="disconnectedAtMs">When its client left; null where it is connected.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="subscriptions">Its subscriptions.</param>
    internal SessionRecord(
        uint expirySeconds, long? disconnectedAtMs, SessionUser user, IEnumerable<Subscription> subscriptions)
    {
        _user = user;
        _expirySeconds = expirySeconds;
        _disconnectedAtMs = disconnectedAtMs ?? Connected;
        var kept = new List<(SubscriptionRequest, uint)>();
        foreach (Subscription subscription in subscriptions)
        {
            kept.Add((subscription.Request, subscription.Identifier));
        }

        _subscriptions = [.. kept];
    }

    /// <param name="clientId">The client identifier.</param>
    /// <param name="value">The value.</param>
    /// <param name="limits">What the session may hold.</param>
    /// <param name="leftAtMs">When the client left where the value doesn't say so.</param>
    internal static Session Decode(string clientId, ReadOnlySpan<byte> value, SessionLimits limits, long leftAtMs)
    {
        var reader = new StateReader(value);
        var session = new Session(clientId, limits) { ExpirySeconds = reader.UInt32() };
        long disconnectedAtMs = reader.Version == 1 ? Connected : reader.Int64();
        session.DisconnectedAtMs = disconnectedAtMs == Connected ? leftAtMs : disconnectedAtMs;
        for (uint count = reader.UInt32(); count > 0; count--)
        {
            string filter = reader.Text();
            byte options = reader.Byte();
            uint identifier = reader.UInt32();
            var request = new SubscriptionRequest(
                filter,
                (MqttQos)(options & 0x03),
                (options & NoLocalFlag) != 0,
                (options & RetainAsPublishedFlag) != 0,
                (MqttRetainHandling)(options >> RetainHandlingShift));
            session.Restore(new Subscription(session, request, identifier));
        }

        if (reader.Version > UserlessVersion)
        {
            session.RestoreUser(reader.User());
        }

        return session;
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer(Version);
        buffer.UInt32(_expirySeconds);
        buffer.Int64(_disconnectedAtMs);
        buffer.UInt32((uint)_subscriptions.Length);
        foreach ((SubscriptionRequest request, uint identifier) in _subscriptions)
        {
            buffer.Text(request.Filter);
            int options = (int)request.Qos
                | (request.NoLocal ? NoLocalFlag : 0)
                | (request.RetainAsPublished ? RetainAsPublishedFlag : 0)
                | ((int)request.RetainHandling << RetainHandlingShift);
            buffer.Byte((byte)options);
            buffer.UInt32(identifier);
        }

        buffer.User(_user);

        return buffer.ToArray();
    }
}
