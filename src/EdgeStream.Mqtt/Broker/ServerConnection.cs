using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>One client's connection: reads packets and hands each to its handler, in order.</summary>
/// <remarks>
/// The read loop is the only one that reads and the only one that adds to <see cref="Acknowledgements"/>. It stands
/// still
/// while too much is with the host or waits to be sent; then the socket isn't read. <see cref="Close"/> and
/// <see cref="Tick"/> may be called from anywhere.
/// </remarks>
internal sealed class ServerConnection : IPacketSource
{
    /// <summary>How long a client without a keep-alive may take nothing of what waits for it: five minutes.</summary>
    private const long UnreadMsMax = 5 * 60 * 1000;

    private const long NotWaiting = long.MaxValue;

    private readonly ConnectionContext _transport;
    private readonly AsyncSignal _room = new();
    private CancellationTokenSource? _closed;
    private PacketScratch _scratch;
    private ConnectBytes _connectBytes;
    private readonly PublishRate? _rate;
    private MqttWill? _will;
    private TopicAliases? _aliases;
    private long _lastReceivedMs;
    private long _closingSinceMs;
    private long _waitingToSendSinceMs = NotWaiting;
    private int _isClosing;
    private int _hasLeft;
    private int _hasLeftUnanswered;
    private int _quotaUsed;
    private int _publishes;
    private long _publishBytes;
    private volatile bool _isReading;

    internal ServerConnection(MqttBroker broker, ConnectionContext transport, MqttPeer peer)
    {
        Broker = broker;
        Peer = peer;
        _transport = transport;
        Sender = new PacketSender(transport.Transport.Output, _room, broker.Statistics, broker.Queued);
        Acknowledgements =
            new AcknowledgementQueue(this, _room, broker.Options.ReceiveMaximum, broker.Options.InFlightBytesMax);
        _lastReceivedMs = broker.Clock.NowMs;
        Deadlines = new ConnectionDeadlines(broker.Options, _lastReceivedMs);
        _rate = PublishRate.Create(broker.Options, _lastReceivedMs);
    }

    internal MqttBroker Broker { get; }

    internal MqttPeer Peer { get; }

    internal ConnectionDeadlines Deadlines { get; }

    /// <summary>Who the client is; null until its login, and for one without a name.</summary>
    internal string? UserName { get; set; }

    /// <summary>What the client may do; null for everything.</summary>
    internal IMqttRights? Rights { get; set; }

    internal PacketSender Sender { get; }

    internal AcknowledgementQueue Acknowledgements { get; }

    /// <summary>Made when it is asked for: only 5.0 clients that publish need it.</summary>
    internal TopicAliases Aliases => _aliases ??= new TopicAliases(Broker.Options.TopicAliasMaximum);

    /// <summary>From CONNECT; before it, the version an answer is written in.</summary>
    internal MqttVersion Version { get; set; } = MqttVersion.V311;

    /// <summary>Null until CONNECT is accepted.</summary>
    internal Session? Session { get; set; }

    /// <summary>Something came that says it is a CONNECT: only now may CONNACK be sent.</summary>
    internal bool IsConnectReceived { get; set; }

    /// <summary>CONNACK accepts the client and is on its way: only now may DISCONNECT be sent
    /// [MQTT-3.14.0-1].</summary>
    internal bool IsAcknowledged { get; set; }

    /// <summary>The enhanced authentication; null where CONNECT named no method.</summary>
    internal ConnectionAuthentication? Authentication { get; set; }

    internal string ClientId { get; set; } = "(not connected)";

    internal DeliveryTerms DeliveryTerms { get; set; }

    internal int KeepAliveSeconds { get; set; }

    /// <summary>The session expiry that CONNECT asked for; DISCONNECT may not make something of nothing.</summary>
    internal uint RequestedExpirySeconds { get; set; }

    /// <summary>Cancelled when the connection ends from here or its transport says that the peer is gone.</summary>
    /// <remarks>Made when it is asked for: by a login that is judged, or a message that is deferred.</remarks>
    internal CancellationToken Closed
    {
        get
        {
            if (Volatile.Read(ref _closed) is { } known)
            {
                return known.Token;
            }

            var made = CancellationTokenSource.CreateLinkedTokenSource(_transport.ConnectionClosed);
            CancellationTokenSource closed = Interlocked.CompareExchange(ref _closed, made, null) ?? made;
            if (IsClosing)
            {
                closed.Cancel();
            }

            return closed.Token;
        }
    }

    /// <summary>The login is judged, and its token no more needed. Before the first message.</summary>
    internal void ForgetLoginToken() => Volatile.Write(ref _closed, null);

    internal bool IsClosing => Volatile.Read(ref _isClosing) != 0;

    /// <summary>Whether nothing is read as the client takes nothing of what waits for it.</summary>
    internal bool IsWaitingToSend => Volatile.Read(ref _waitingToSendSinceMs) != NotWaiting;

    internal string? RemoteEndPoint => _transport.RemoteEndPoint?.ToString();

    /// <summary>Serves the connection until it is over. Never fails.</summary>
    internal async Task RunAsync()
    {
        Task sending = Sender.RunAsync();
        try
        {
            await ReadAsync(_transport.Transport.Input).ConfigureAwait(false);
        }
        catch (MqttProtocolException e)
        {
            Broker.Statistics.AddProtocolError();
            Broker.ReportRejected(ClientId, e);
            Close(e.Reason, e.Message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer is gone, or the connection was aborted: the same as the end of its input.
        }
        catch (Exception e)
        {
            // An error in the broker costs this connection and nothing else.
            Log.ConnectionFailed(Broker.Logger, ClientId, e);
            Close(MqttReasonCode.UnspecifiedError, "The server failed.");
        }

        try
        {
            CloseQuietly();
            LeaveUnanswered();
            Leave();
        }
        catch (Exception e)
        {
            Log.ConnectionFailed(Broker.Logger, ClientId, e);
        }

        await EndAsync(sending).ConfigureAwait(false);
    }

    /// <summary>Ends the connection, or answers its CONNECT, by sending the client to another server.</summary>
    internal void Redirect(MqttRedirection redirection)
    {
        if (!IsClosing)
        {
            Broker.Statistics.AddClientRedirected();
        }

        Close(redirection.Reason, "Another server serves this client.", redirection.ServerReference);
    }

    /// <summary>Ends the connection; a 5.0 client is told why.</summary>
    internal void Close(MqttReasonCode reason, string detail, string? serverReference = null)
    {
        if (!TryBeginClose())
        {
            return;
        }

        using (PacketSender.Scope scope = Sender.Begin())
        {
            if (scope.Output is not { } output)
            {
                // Already completed: there is nobody to tell.
            }
            else if (!IsConnectReceived)
            {
                // Nothing was asked for that CONNACK would answer.
            }
            else if (!IsAcknowledged)
            {
                ConnectHandler.WriteRefusal(output, this, reason, detail, serverReference);
            }
            else if (Version == MqttVersion.V500)
            {
                DisconnectPacket.Write(
                    output, Version, reason, detail, DeliveryTerms.PacketSizeBytesMax, serverReference);
            }
        }

        EndReading();
    }

    /// <summary>Ends the connection without a word.</summary>
    internal void CloseQuietly()
    {
        if (TryBeginClose())
        {
            EndReading();
        }
    }

    /// <summary>Ends what has taken too long.</summary>
    internal void Tick(long nowMs)
    {
        if (IsClosing)
        {
            if (nowMs - Volatile.Read(ref _closingSinceMs) > Broker.Options.CloseTimeout.TotalMilliseconds)
            {
                _transport.Abort();
            }

            return;
        }

        long idleMs = nowMs - Volatile.Read(ref _lastReceivedMs);
        if (Session is null)
        {
            TickLogin(nowMs);
        }
        else if (_isReading && Deadlines.IsPacketDue(nowMs))
        {
            Broker.Refusals.Report(MqttRefusal.SlowPacket, ClientId, "a packet came in too slowly");
            Close(MqttReasonCode.ProtocolError, "A packet came in too slowly.");
        }
        else if (KeepAliveSeconds > 0 && _isReading && idleMs > KeepAliveSeconds * 1500L)
        {
            // [MQTT-3.1.2-22]: one and a half times the keep-alive. While the socket isn't read, silence means nothing.
            Broker.Statistics.AddProtocolError();
            Close(MqttReasonCode.KeepAliveTimeout, "Nothing came for one and a half times the keep-alive.");
        }
        else if (!_isReading && _transport is SocketConnection { IsReset: true })
        {
            // Nothing is read while the host has no room: the end shows here.
            CloseQuietly();
        }
        else if (IsUnreadDue(nowMs))
        {
            Broker.Statistics.AddProtocolError();
            Close(MqttReasonCode.KeepAliveTimeout, "Nothing that waits for the client could be sent for too long.");
        }
    }

    bool IPacketSource.Fill(IBufferWriter<byte> output, ref int budgetBytes) =>
        Session?.Fill(this, output, ref budgetBytes) ?? false;

    /// <summary>Counts a QoS 1 or 2 message against the receive maximum [MQTT-3.3.4-9].</summary>
    internal void UseQuota()
    {
        if (Interlocked.Increment(ref _quotaUsed) > Broker.Options.ReceiveMaximum && Version == MqttVersion.V500)
        {
            Reject.With(
                MqttReasonCode.ReceiveMaximumExceeded,
                $"More than {Broker.Options.ReceiveMaximum} messages are not acknowledged yet.");
        }
    }

    /// <summary>Counts a message that is handed to the host. For the read loop: the statistics learn of it with the
    /// others that came along with it.</summary>
    internal void CountPublish(int payloadBytes)
    {
        _publishes++;
        _publishBytes += payloadBytes;
    }

    /// <summary>PUBACK, PUBCOMP or a refusing PUBREC goes out for a message that was counted.</summary>
    internal void ReturnQuota() => Interlocked.Decrement(ref _quotaUsed);

    /// <summary>Carries a decided message on to its subscribers.</summary>
    /// <returns>Completes when what is kept of it is durable; null where nothing is waited for.</returns>
    internal Task? PassOn(in PendingAcknowledgement pending)
    {
        try
        {
            return PublishHandler.PassOn(this, pending);
        }
        catch (Exception e)
        {
            Fail(e);
            return null;
        }
    }

    /// <summary>Tells the client what became of what it sent. Doesn't wake the sender.</summary>
    internal void Acknowledge(in PendingAcknowledgement pending)
    {
        try
        {
            PublishHandler.Acknowledge(this, pending);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>What the client may do from here on: what it sends, what it gets, its will.</summary>
    internal void ChangeRights(IMqttRights? rights)
    {
        Rights = rights;
        Session!.ChangeRights(this, rights);
        if (Volatile.Read(ref _will) is { } will)
        {
            will.Rights = rights;
        }
    }

    internal void SetWill(MqttWill? will) => Interlocked.Exchange(ref _will, will);

    /// <summary>Takes the will: whoever gets it publishes it, nobody does so twice.</summary>
    internal MqttWill? TakeWill() => Interlocked.Exchange(ref _will, null);

    /// <summary>An error of the broker on what may be the host's thread, which must not get it: nothing that is added
    /// from here on goes out.</summary>
    private void Fail(Exception error)
    {
        Log.ConnectionFailed(Broker.Logger, ClientId, error);
        Close(MqttReasonCode.UnspecifiedError, "The server failed.");
    }

    private void TickLogin(long nowMs)
    {
        if (Deadlines.IsConnectDue(nowMs))
        {
            Broker.Refusals.Report(MqttRefusal.ConnectTimeout, $"{RemoteEndPoint}", "no CONNECT came in time");
            CloseQuietly();
        }
        else if (IsLoginForsaken())
        {
            // In a storm of logins those that nobody waits for any more make room.
            CloseQuietly();
        }
        else if (Deadlines.IsLoginDue(nowMs))
        {
            Broker.Refusals.Report(MqttRefusal.LoginsBusy, ClientId, "its login took too long to be judged");
            Close(MqttReasonCode.ServerBusy, "The login could not be judged in time.");
        }
    }

    /// <summary>Whether the client is gone while its login is judged. Nothing is read then; the session is there before
    /// anything is read again.</summary>
    private bool IsLoginForsaken() =>
        Deadlines.IsLoginUnderWay
        && Authentication is null
        && _transport is SocketConnection { IsPeerGone: true }
        && Session is null;

    private async Task EndAsync(Task sending)
    {
        CloseQuietly();
        ReportPublishes();
        _scratch.Return();
        _connectBytes.TryHold(Broker.ConnectBytes, 0);
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.ConnectionFailed(Broker.Logger, ClientId, e);
        }

        Broker.Forget(this);
    }

    /// <summary>Whether the client has taken nothing for so long that it counts as gone.</summary>
    private bool IsUnreadDue(long nowMs)
    {
        long sinceMs = Volatile.Read(ref _waitingToSendSinceMs);
        long boundMs = KeepAliveSeconds > 0 ? KeepAliveSeconds * 1500L : UnreadMsMax;
        return sinceMs != NotWaiting && nowMs - sinceMs > boundMs;
    }

    private Task SlowDownAsync(long waitMs) =>
        Task.Delay(TimeSpan.FromMilliseconds(waitMs), Broker.Time, Closed);

    private async Task ReadAsync(PipeReader input)
    {
        bool goesOn = true;
        while (goesOn && !IsClosing)
        {
            _isReading = true;
            ReadResult result = await input.ReadAsync().ConfigureAwait(false);
            _isReading = false;
            goesOn = !result.IsCanceled && !result.IsCompleted;
            if (!result.IsCanceled)
            {
                await TakeAsync(input, result.Buffer).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Handles the whole packets of what has come. Apart from the loop, as what it keeps is not kept while
    /// nothing comes.</summary>
    private async ValueTask TakeAsync(PipeReader input, ReadOnlySequence<byte> buffer)
    {
        Volatile.Write(ref _lastReceivedMs, Broker.Clock.NowMs);
        long before = buffer.Length;
        int packets = 0;
        while (!IsClosing
            && PacketFrame.TryRead(
                ref buffer, Broker.Options.PacketSizeBytesMax, out byte header, out ReadOnlySequence<byte> body))
        {
            packets++;
            ValueTask handling = Handle(header, body);
            if (!handling.IsCompletedSuccessfully)
            {
                ReportPublishes();
                Sender.Wake();
                await handling.ConfigureAwait(false);
            }

            if (!Acknowledgements.HasRoom || !Sender.HasRoom)
            {
                await WaitForRoomAsync().ConfigureAwait(false);
            }

            if (_rate is { } rate
                && (PacketType)(header >> 4) == PacketType.Publish
                && rate.Take((int)body.Length, Broker.Clock.NowMs) is > 0 and long waitMs)
            {
                Sender.Wake();
                await SlowDownAsync(waitMs).ConfigureAwait(false);
            }
        }

        if (!_connectBytes.TryHold(Broker.ConnectBytes, Session is null ? buffer.Length : 0))
        {
            Reject.With(MqttReasonCode.ServerBusy, "Too much is held for connections whose CONNECT isn't whole.");
        }

        Deadlines.NotePartial(buffer.Length, buffer.Length < before, Broker.Clock.NowMs);
        Broker.Statistics.AddReceived(before - buffer.Length, packets);
        ReportPublishes();
        input.AdvanceTo(buffer.Start, buffer.End);
        Sender.WakeIfPending();
        Volatile.Write(ref _lastReceivedMs, Broker.Clock.NowMs);
    }

    private void ReportPublishes()
    {
        if (_publishes > 0)
        {
            Broker.Statistics.AddPublishesReceived(_publishes, _publishBytes);
            _publishes = 0;
            _publishBytes = 0;
        }
    }

    private async ValueTask WaitForRoomAsync()
    {
        ReportPublishes();
        Sender.Wake();
        while (!Acknowledgements.HasRoom && !IsClosing)
        {
            await _room.WaitAsync().ConfigureAwait(false);
        }

        while (!Sender.HasRoom && !IsClosing)
        {
            // Each time that something went out begins anew: a slow client is not one that is gone.
            Volatile.Write(ref _waitingToSendSinceMs, Broker.Clock.NowMs);
            await Sender.WaitForRoomAsync().ConfigureAwait(false);
        }

        Volatile.Write(ref _waitingToSendSinceMs, NotWaiting);
    }

    private ValueTask Handle(byte header, in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            return Dispatch(header, body.FirstSpan);
        }

        return Dispatch(header, _scratch.Join(body));
    }

    private ValueTask Dispatch(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        byte flags = (byte)(header & 0x0F);
        if (Session is null)
        {
            return ConnectHandler.Handle(this, type, flags, body);
        }

        switch (type)
        {
            case PacketType.Publish:
                return PublishHandler.Handle(this, flags, body);
            case PacketType.Puback:
            case PacketType.Pubrec:
            case PacketType.Pubcomp:
                AcknowledgementHandler.Handle(this, type, header, body);
                return default;
            case PacketType.Pubrel:
                PubrelHandler.Handle(this, header, body);
                return default;
            case PacketType.Subscribe:
                return SubscribeHandler.Handle(this, flags, body);
            case PacketType.Unsubscribe:
                return UnsubscribeHandler.Handle(this, flags, body);
            case PacketType.Pingreq:
                PingHandler.Handle(this, flags, body);
                return default;
            case PacketType.Auth:
                return AuthHandler.Handle(this, flags, body);
            case PacketType.Disconnect:
                DisconnectHandler.Handle(this, flags, body);
                return default;
            default:
                // A second CONNECT [MQTT-3.1.0-2], AUTH without an authentication under way, or a server's packet.
                Reject.ProtocolError($"{type} is not allowed here.");
                return default;
        }
    }

    /// <summary>No acknowledgement goes out any more: what is in line is left to the session, once.</summary>
    internal void LeaveUnanswered()
    {
        if (Session is { OutlivesConnection: true } session && Interlocked.Exchange(ref _hasLeftUnanswered, 1) == 0)
        {
            Acknowledgements.TakeUnanswered(session);
        }
    }

    /// <summary>The session is left, once; its will goes its way.</summary>
    internal void Leave()
    {
        if (Session is not { } session)
        {
            return;
        }

        // Who finds that it was left already can still wait for its will.
        Broker.WillsUnderWay.Begin();
        try
        {
            if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
            {
                Broker.Statistics.AddClient(-1);
                var wills = new List<DueWill>();
                Broker.Sessions.Detach(session, this, TakeWill(), wills);
                Broker.PublishWills(wills);
                if (session.WaitingWill is not null)
                {
                    // Nobody is promised it at a moment: it need not wait for the tick all the same.
                    _ = Broker.Journal.FlushAsync();
                }

                Log.Disconnected(Broker.Logger, ClientId);
            }
        }
        finally
        {
            Broker.WillsUnderWay.End();
        }
    }

    private bool TryBeginClose()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) != 0)
        {
            return false;
        }

        Volatile.Write(ref _closingSinceMs, Broker.Clock.NowMs);
        return true;
    }

    private void EndReading()
    {
        Sender.Complete();

        // What waits for it may be the host's: it goes on elsewhere, as the caller may be a new connection.
        _ = Volatile.Read(ref _closed)?.CancelAsync();
        _transport.Transport.Input.CancelPendingRead();
    }
}
