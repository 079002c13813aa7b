namespace EdgeStream.Mqtt;

/// <summary>All sessions by client identifier: attached to connections, left by them, ended.</summary>
/// <remarks>
/// Thread-safe. Its lock is taken before a session's. Wills that come due are handed back to the caller, who publishes
/// them
/// without a lock.
/// </remarks>
internal sealed class SessionRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly SessionLimits _limits;
    private readonly TopicTree _topics;
    private readonly int _sessionsMax;

    internal SessionRegistry(SessionLimits limits, TopicTree topics, int sessionsMax)
    {
        _limits = limits;
        _topics = topics;
        _sessionsMax = sessionsMax;
    }

    /// <summary>Gives the connection its session, new or as it was, and displaces the connection that had it
    /// [MQTT-3.1.4-3].</summary>
    /// <param name="connection">The new owner.</param>
    /// <param name="clientId">The client identifier.</param>
    /// <param name="isCleanStart">Whether a session that is there ends first [MQTT-3.1.2-4].</param>
    /// <param name="expirySeconds">The session expiry from now on.</param>
    /// <param name="wills">Gets the wills to publish.</param>
    /// <param name="isPresent">Whether the session was there.</param>
    internal Session Attach(
        ServerConnection connection,
        string clientId,
        bool isCleanStart,
        uint expirySeconds,
        List<DueWill> wills,
        out bool isPresent)
    {
        ServerConnection? displaced;
        Session? session;
        lock (_gate)
        {
            _sessions.TryGetValue(clientId, out session);
            displaced = session?.Owner;
            bool isOthers = session?.MayBelongTo(connection.UserName) == false;
            if (isOthers && displaced is not null)
            {
                _limits.Refusals?.Report(
                    MqttRefusal.ClientIdentifier, clientId, $"'{connection.UserName}' is not who is connected by it");
                Reject.With(MqttReasonCode.ClientIdentifierNotValid, "The client identifier is another user's.");
            }

            if (session is not null && displaced is not null)
            {
                Leave(session, displaced.TakeWill(), wills);
            }

            if (session is not null && (isCleanStart || isOthers || session.IsEnded))
            {
                End(session, wills);
                session = null;
            }

            isPresent = session is not null;
            session ??= Add(clientId, connection, wills);
            session.Own(connection, expirySeconds);
            session.Keep();
        }

        displaced?.Close(MqttReasonCode.SessionTakenOver, "Another connection took the client identifier.");
        displaced?.LeaveUnanswered();
        return session;
    }

    /// <summary>The connection is over; with <paramref name="will"/> its will is published, now or after its
    /// delay.</summary>
    internal void Detach(Session session, ServerConnection connection, MqttWill? will, List<DueWill> wills)
    {
        lock (_gate)
        {
            if (ReferenceEquals(session.Owner, connection))
            {
                Leave(session, will, wills);
            }
        }
    }

    /// <summary>Ends sessions whose time is over and collects wills whose delay is.</summary>
    internal void Tick(long nowMs, List<DueWill> wills)
    {
        lock (_gate)
        {
            List<Session>? expired = null;
            foreach (Session session in _sessions.Values)
            {
                if (session.Owner is not null)
                {
                    continue;
                }

                if (session.WaitingWill is not null && nowMs >= session.WillDueMs)
                {
                    AddWaitingWill(session, wills);
                }

                if (session.IsExpired(nowMs))
                {
                    (expired ??= []).Add(session);
                }
            }

            foreach (Session session in expired ?? [])
            {
                _limits.Statistics.AddSessionExpired();
                End(session, wills);
            }
        }
    }

    /// <summary>Takes back a session that the state kept.</summary>
    internal void Restore(Session session)
    {
        lock (_gate)
        {
            session.MarkKept();
            _sessions[session.ClientId] = session;
            foreach (Subscription subscription in session.Subscriptions.Values)
            {
                _topics.Add(subscription);
            }

            _limits.Statistics.SetSessions(_sessions.Count);
        }
    }

    internal Session? Find(string clientId)
    {
        lock (_gate)
        {
            return _sessions.GetValueOrDefault(clientId);
        }
    }

    private void Leave(Session session, MqttWill? will, List<DueWill> wills)
    {
        long nowMs = _limits.Clock.NowMs;
        lock (session.Gate)
        {
            session.Owner = null;
            session.DisconnectedAtMs = nowMs;
        }

        if (will is { DelaySeconds: > 0 } && session.ExpirySeconds > 0)
        {
            session.DelayWill(will, nowMs + (will.DelaySeconds * 1000L));
        }
        else if (will is not null)
        {
            wills.Add(new DueWill(session.ClientId, will));
        }

        if (session.ExpirySeconds == 0)
        {
            End(session, wills);
        }
        else
        {
            session.Keep();
        }
    }

    private void End(Session session, List<DueWill> wills)
    {
        if (session.IsEnded)
        {
            return;
        }

        List<OutboundMessage> unshared = session.End();

        // The session's end is the latest moment for its will (section 3.1.3.2.2).
        AddWaitingWill(session, wills);
        lock (session.Gate)
        {
            foreach (Subscription subscription in session.Subscriptions.Values)
            {
                _topics.Remove(subscription);
            }
        }

        _sessions.Remove(session.ClientId);
        _limits.Statistics.SetSessions(_sessions.Count);
        foreach (OutboundMessage message in unshared)
        {
            _topics.FindGroup(message.ShareFilter!)?.Deliver(message.Message, except: null);
        }
    }

    private static void AddWaitingWill(Session session, List<DueWill> wills)
    {
        if (session.TakeWaitingWill() is { } due)
        {
            wills.Add(due);
        }
    }

    /// <summary>Who makes room: the session that was left first of those of the same user, or without a name of the
    /// same address; where there is none, of all. So one client under many identifiers ends its own.</summary>
    private Session? OldestAway(ServerConnection connection)
    {
        Session? oldest = null;
        bool isOwn = false;
        foreach (Session session in _sessions.Values)
        {
            if (session.Owner is not null)
            {
                continue;
            }

            bool isSame = session.IsOfSame(connection);
            bool isOlder = oldest is null || session.DisconnectedAtMs < oldest.DisconnectedAtMs;
            if ((isSame && !isOwn) || (isSame == isOwn && isOlder))
            {
                (oldest, isOwn) = (session, isSame);
            }
        }

        return oldest;
    }

    private Session Add(string clientId, ServerConnection connection, List<DueWill> wills)
    {
        if (_sessions.Count >= _sessionsMax)
        {
            Session? oldest = OldestAway(connection);
            if (oldest is null)
            {
                Reject.With(
                    MqttReasonCode.QuotaExceeded, $"All {_sessionsMax} sessions, the most allowed, are in use.");
            }

            End(oldest, wills);
        }

        var session = new Session(clientId, _limits);
        _sessions.Add(clientId, session);
        _limits.Statistics.SetSessions(_sessions.Count);
        return session;
    }
}
