namespace EdgeStream.Mqtt;

/// <summary>PUBLISH: handed to the host; acknowledged and passed on when the host says that it is safe.</summary>
internal static class PublishHandler
{
    internal static ValueTask Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body)
    {
        PublishPacket packet = PublishPacket.Decode(flags, body, connection.Version);
        if (packet.Properties.HasSubscriptionIdentifier)
        {
            // [MQTT-3.3.4-6].
            Reject.ProtocolError("A client's PUBLISH has a subscription identifier.");
        }

        if (packet.Retain
            && connection.Broker.Options.RetainedMessagesMax == 0
            && connection.Version == MqttVersion.V500)
        {
            Reject.With(MqttReasonCode.RetainNotSupported, "Retained messages are switched off.");
        }

        ReadOnlySpan<byte> topic = connection.Aliases.Resolve(packet, packet.Topic);
        if (packet.Qos == MqttQos.ExactlyOnce
            && connection.Session!.Inbound.TryGet(
                connection, packet.PacketId, out PublishReceipt earlier, out bool isFirstHere))
        {
            return Repeat(connection, earlier, packet.PacketId, isFirstHere, flags, body);
        }

        if (packet.Qos != MqttQos.AtMostOnce)
        {
            connection.UseQuota();
        }

        int contentHash = packet.Qos == MqttQos.AtLeastOnce && connection.Session!.OutlivesConnection
            ? HashOf(topic, packet.Payload)
            : 0;
        if (contentHash != 0
            && connection.Session!.KnownInbound is { } inbound
            && inbound.TryTakeUnanswered(
                packet.PacketId, packet.IsDuplicate, contentHash, out PublishReceipt unanswered))
        {
            connection.Acknowledgements.Add(new PendingAcknowledgement
            {
                Kind = PendingAcknowledgement.Work.RepeatedPublish,
                Receipt = unanswered,
                PacketId = packet.PacketId,
                Qos = MqttQos.AtLeastOnce,
                IsCounted = true,
                ContentHash = contentHash,
            });
            return default;
        }

        InboundReservation? reservation = null;
        if (packet.Qos == MqttQos.ExactlyOnce
            && !connection.Session!.Inbound.TryReserve(connection, packet.PacketId, out reservation))
        {
            // The session is another connection's by now: the client sends the message again there.
            return default;
        }

        return HandOver(connection, packet, topic, body.Length, reservation, contentHash);
    }

    /// <summary>The message's fate is decided and it is first in line: a safe one goes to its subscribers.</summary>
    /// <returns>Completes when what the broker keeps of it over a restart is durable; null where that is nothing, or
    /// the client isn't promised anything.</returns>
    internal static Task? PassOn(ServerConnection connection, in PendingAcknowledgement pending)
    {
        if (pending.Kind != PendingAcknowledgement.Work.Publish || !pending.Receipt.Outcome.IsAccepted)
        {
            return null;
        }

        bool isKept = pending.Message is { } message && connection.Broker.Deliver(message);
        if (pending.Reservation is { } reservation)
        {
            isKept |= connection.Session!.Inbound.Keep(reservation);
        }

        if (!isKept || pending.Qos == MqttQos.AtMostOnce)
        {
            return null;
        }

        Task flushed = connection.Broker.Journal.FlushAsync();
        return flushed.IsCompletedSuccessfully ? null : flushed;
    }

    /// <summary>The message is passed on, and what is kept of it is durable.</summary>
    internal static void Acknowledge(ServerConnection connection, in PendingAcknowledgement pending)
    {
        PublishOutcome outcome = pending.Outcome;
        switch (pending.Kind)
        {
            case PendingAcknowledgement.Work.Release:
                PubrelHandler.Complete(connection, pending, outcome);
                return;
            case PendingAcknowledgement.Work.Received:
                AcknowledgementHandler.Release(connection, pending.PacketId, outcome);
                return;
            case PendingAcknowledgement.Work.Publish:
                Conclude(connection, pending, outcome);
                break;
            default:
                pending.Reservation?.Decide(outcome);
                break;
        }

        if (pending.Qos != MqttQos.AtMostOnce)
        {
            Answer(connection, pending, outcome);
        }
    }

    private static void Conclude(
        ServerConnection connection, in PendingAcknowledgement pending, PublishOutcome outcome)
    {
        if (pending.Receipt.Decision is { IsFaulted: true } failed)
        {
            connection.Broker.ReportHostFailure(connection.ClientId, failed.Exception!);
        }

        if (!outcome.IsAccepted)
        {
            connection.Broker.Statistics.AddPublishRefused();
        }

        if (pending.Reservation is { } reservation)
        {
            // Of QoS 1 it stands for no identifier: that is without effect.
            connection.Session!.Inbound.Complete(reservation, outcome.IsAccepted);
            reservation.Decide(outcome);
        }
    }

    private static ValueTask HandOver(
        ServerConnection connection,
        scoped in PublishPacket packet,
        ReadOnlySpan<byte> topic,
        int sizeBytes,
        InboundReservation? reservation,
        int contentHash)
    {
        bool isDeferred = false;
        try
        {
            bool isWanted = packet.Retain || connection.Broker.Topics.HasMatch(topic);
            PublishReceipt receipt = Hand(connection, packet, topic, isWanted);
            var pending = new PendingAcknowledgement
            {
                Kind = PendingAcknowledgement.Work.Publish,
                Receipt = receipt,
                Qos = packet.Qos,
                PacketId = packet.PacketId,
                Message = isWanted ? Copy(connection, packet, topic) : null,
                SizeBytes = sizeBytes,
                IsCounted = packet.Qos != MqttQos.AtMostOnce,
                Reservation = reservation,
                ContentHash = contentHash,
            };
            if (receipt.DeferredReceipt is { } deferred)
            {
                isDeferred = true;
                return Defer(connection, deferred, pending);
            }

            bool isRefused = receipt.IsDecided && !receipt.Outcome.IsAccepted;
            if (isRefused || pending.Qos != MqttQos.AtMostOnce || isWanted)
            {
                LineUp(connection, pending);
            }

            return default;
        }
        finally
        {
            if (!isDeferred && reservation is not null)
            {
                connection.Session!.Inbound.EndReservation(reservation);
            }
        }
    }

    private static void Answer(
        ServerConnection connection, in PendingAcknowledgement pending, PublishOutcome outcome)
    {
        if (!outcome.IsAccepted && connection.Version == MqttVersion.V311)
        {
            // 3.1.1 can't say no: without an acknowledgement the client sends it again on its next connection.
            if (!outcome.IsFinal)
            {
                connection.Close(outcome.Reason, "The message was refused.");
                return;
            }

            // For a message that will never be taken that would go on for ever: [MQTT-3.3.5-2] of 3.1.1 has it
            // acknowledged.
            connection.Broker.ReportDropped(connection.ClientId, outcome.Reason);
        }

        if (pending.IsCounted && (pending.Qos == MqttQos.AtLeastOnce || !outcome.IsAccepted))
        {
            connection.ReturnQuota();
        }

        PacketType type = pending.Qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            AcknowledgementPacket.Write(
                output, type, pending.PacketId, AcknowledgementPacket.Sendable(outcome.Reason), connection.Version);
        }
        else if (pending is { ContentHash: not 0, Reservation: null } && outcome.IsAccepted)
        {
            connection.Session!.Inbound.AddUnanswered(pending.PacketId, pending.ContentHash, PublishReceipt.Accepted);
        }
    }

    /// <summary>Never zero. Of this process: it tells one message from another, and is kept nowhere.</summary>
    private static int HashOf(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var hash = default(HashCode);
        hash.AddBytes(topic);
        hash.AddBytes(payload);
        int code = hash.ToHashCode();
        return code == 0 ? 1 : code;
    }

    private static PublishReceipt Hand(
        ServerConnection connection, scoped in PublishPacket packet, ReadOnlySpan<byte> topic, bool isWanted)
    {
        var publication = new MqttPublication(connection.ClientId, topic, packet.Payload, packet.PropertyBytes)
        {
            Qos = packet.Qos,
            IsFireAndForget = packet.Qos == MqttQos.AtMostOnce && !isWanted,
            Retain = packet.Retain,
            IsDuplicate = packet.IsDuplicate,
            PacketId = packet.PacketId,
            Connection = connection,
        };
        connection.Intake.CountPublish(packet.Payload.Length);
        if (SysTopics.IsReserved(topic) || !AccessCheck.MayPublish(connection, topic))
        {
            return PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        }

        try
        {
            return connection.Broker.Handler.Publish(in publication);
        }
        catch (Exception e)
        {
            // The host's error refuses the message, as a failed task does.
            connection.Broker.ReportHostFailure(connection.ClientId, e);
            return PublishReceipt.Refused(MqttReasonCode.UnspecifiedError);
        }
    }

    private static ApplicationMessage Copy(
        ServerConnection connection, scoped in PublishPacket packet, ReadOnlySpan<byte> topic) => new()
    {
        Topic = topic.ToArray(),
        Payload = packet.Payload.ToArray(),
        Qos = packet.Qos,
        Retain = packet.Retain,
        PublisherId = connection.ClientId,
        ForwardedProperties = packet.Properties.CopyForwarded(packet.PropertyBytes),
        ExpiresAtMs = ApplicationMessage.ExpiryAt(connection.Broker.Clock.NowMs, packet.Properties.ExpirySeconds),
    };

    /// <summary>[MQTT-4.3.3-10]: until PUBREL, the same identifier is the same message.</summary>
    private static ValueTask Repeat(
        ServerConnection connection,
        PublishReceipt earlier,
        ushort packetId,
        bool isFirstHere,
        byte flags,
        ReadOnlySpan<byte> body)
    {
        if (earlier.DeferredReceipt is { } reserved)
        {
            return RepeatLater(connection, reserved, flags, body.ToArray());
        }

        if (isFirstHere)
        {
            // On each connection it counts once, until it is refused there or released.
            connection.UseQuota();
        }

        connection.Acknowledgements.Add(new PendingAcknowledgement
        {
            Kind = PendingAcknowledgement.Work.RepeatedPublish,
            Receipt = earlier,
            PacketId = packetId,
            Qos = MqttQos.ExactlyOnce,
            IsCounted = isFirstHere,
        });
        return default;
    }

    /// <summary>An earlier connection, which is over, has not handed the message over yet: once it has or has given
    /// up, the packet is a repeat or a new message.</summary>
    private static async ValueTask RepeatLater(ServerConnection connection, Task reserved, byte flags, byte[] body)
    {
        await reserved.WaitAsync(connection.Closed).ConfigureAwait(false);
        await Handle(connection, flags, body).ConfigureAwait(false);
    }

    private static async ValueTask Defer(
        ServerConnection connection, Task<PublishReceipt> deferred, PendingAcknowledgement pending)
    {
        try
        {
            PublishReceipt receipt;
            try
            {
                receipt = await deferred.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (connection.Closed.IsCancellationRequested)
            {
                // Given up because the connection is over: the publisher sends it again on its next one.
                receipt = PublishReceipt.Refused(MqttReasonCode.UnspecifiedError);
            }
            catch (Exception e)
            {
                // The host's error refuses the message, as a failed task does.
                connection.Broker.ReportHostFailure(connection.ClientId, e);
                receipt = PublishReceipt.Refused(MqttReasonCode.UnspecifiedError);
            }

            if (connection.Closed.IsCancellationRequested && receipt.IsDecided && !receipt.Outcome.IsAccepted)
            {
                // Nothing that came after it may be handed over before it is sent again.
                connection.Broker.Statistics.AddPublishRefused();
                connection.CloseQuietly();
                return;
            }

            LineUp(connection, pending with { Receipt = receipt });
        }
        finally
        {
            if (pending.Reservation is { } reservation)
            {
                connection.Session!.Inbound.EndReservation(reservation);
            }
        }
    }

    private static void LineUp(ServerConnection connection, PendingAcknowledgement pending)
    {
        if (pending.Reservation is { } reservation)
        {
            // The same message on another connection waits like this one. Where nothing is kept, for the host only.
            Session session = connection.Session!;
            bool mayBeKept =
                connection.Broker.Journal.IsEnabled && (session.IsPersistent || pending.Message is not null);
            session.Inbound.Set(reservation, mayBeKept ? reservation.Answer : pending.Receipt);
        }

        connection.Acknowledgements.Add(pending);
    }
}
