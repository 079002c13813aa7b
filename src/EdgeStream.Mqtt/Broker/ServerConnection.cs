using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt;

/// <summary>One client's connection, from its beginning to its end: who the client is and what it may do, what comes
/// from it (<see cref="Intake"/>), what is answered (<see cref="Acknowledgements"/>), and what goes out (<see
/// cref="Sender"/>).</summary>
/// <remarks>
/// Handlers run in the intake's loop, the only one that adds to <see cref="Acknowledgements"/>. <see cref="Close"/> and
/// <see cref="Tick"/> may be called from anywhere.
/// </remarks>
internal sealed class ServerConnection : IPacketSource
{
    private readonly ConnectionContext _transport;
    private CancellationTokenSource? _closed;
    private MqttWill? _will;
    private TopicAliases? _aliases;
    private long _closingSinceMs;
    private int _isClosing;
    private int _hasLeft;
    private int _hasLeftUnanswered;
    private int _quotaUsed;

    internal ServerConnection(MqttBroker broker, ConnectionContext transport, MqttPeer peer)
    {
        Broker = broker;
        Peer = peer;
        _transport = transport;
        var room = new AsyncSignal();
        long nowMs = broker.Clock.NowMs;
        Sender = new PacketSender(transport.Transport.Output, room, broker.Statistics, broker.Queued);
        Acknowledgements =
            new AcknowledgementQueue(this, room, broker.Options.ReceiveMaximum, broker.Options.InFlightBytesMax);
        Intake = new PacketIntake(this, room, nowMs);
        Deadlines = new ConnectionDeadlines(broker.Options, nowMs);
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

    internal PacketIntake Intake { get; }

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

    internal string? RemoteEndPoint => _transport.RemoteEndPoint?.ToString();

    /// <summary>Whether the transport knows, while nothing is read, that the peer has ended and all of it was
    /// read.</summary>
    internal bool IsPeerGone => _transport is SocketConnection { IsPeerGone: true };

    /// <summary>Whether the transport knows, while nothing is read, that the peer has reset the connection.</summary>
    internal bool IsReset => _transport is SocketConnection { IsReset: true };

    /// <summary>Serves the connection until it is over. Never fails.</summary>
    internal async Task RunAsync()
    {
        Task sending = Sender.RunAsync();
        try
        {
            await Intake.RunAsync(_transport.Transport.Input).ConfigureAwait(false);
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
        if (!IsClosing)
        {
            OverdueConnection.Tick(this, nowMs);
        }
        else if (nowMs - Volatile.Read(ref _closingSinceMs) > Broker.Options.CloseTimeout.TotalMilliseconds)
        {
            _transport.Abort();
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

    /// <summary>An error of the broker on what may be the host's thread, which must not get it: nothing that is added
    /// from here on goes out.</summary>
    private void Fail(Exception error)
    {
        Log.ConnectionFailed(Broker.Logger, ClientId, error);
        Close(MqttReasonCode.UnspecifiedError, "The server failed.");
    }

    private async Task EndAsync(Task sending)
    {
        CloseQuietly();
        Intake.Return();
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
