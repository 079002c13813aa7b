using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Mqtt;

/// <summary>What a session's client has published and not seen answered: QoS 2 identifiers until PUBREL, and QoS 1
/// messages whose PUBACK was never written.</summary>
/// <remarks>The session's lock guards it.</remarks>
internal sealed class SessionInbound(Session session, SessionLimits limits)
{
    /// <summary>QoS 1 messages that are known when they come again.</summary>
    private const int UnansweredMax = 1024;

    private readonly Dictionary<ushort, Taken> _ids = [];
    private Dictionary<ushort, Unanswered>? _unanswered;

    /// <summary>Whether a QoS 2 message of that identifier is here already, and what is known of it.</summary>
    /// <param name="connection">The connection that it came on again.</param>
    /// <param name="packetId">The identifier.</param>
    /// <param name="receipt">What is known of it.</param>
    /// <param name="isFirstHere">Whether it didn't come on that connection before; from now on it did.</param>
    internal bool TryGet(
        ServerConnection connection, ushort packetId, out PublishReceipt receipt, out bool isFirstHere)
    {
        lock (session.Gate)
        {
            bool isKnown = _ids.TryGetValue(packetId, out Taken inbound);
            receipt = inbound.Receipt;
            isFirstHere = isKnown && ReferenceEquals(session.Owner, connection) && inbound.CountedAt != session.Ownings;
            if (isFirstHere && receipt.DeferredReceipt is null)
            {
                _ids[packetId] = inbound with { CountedAt = session.Ownings };
            }

            return isKnown;
        }
    }

    /// <summary>Claims a QoS 2 identifier before its message is handed over; false where it is in use, or the session
    /// isn't the connection's.</summary>
    internal bool TryReserve(
        ServerConnection connection, ushort packetId, [NotNullWhen(true)] out InboundReservation? reservation)
    {
        lock (session.Gate)
        {
            reservation = null;
            if (session.IsEnded || !ReferenceEquals(session.Owner, connection) || _ids.ContainsKey(packetId))
            {
                return false;
            }

            reservation = new InboundReservation(packetId);
            _ids.Add(packetId, new Taken(reservation, reservation.Receipt, session.Ownings));
            return true;
        }
    }

    /// <summary>The message is with the host. Without effect once the session ended or the identifier was
    /// released.</summary>
    internal void Set(InboundReservation reservation, PublishReceipt receipt)
    {
        lock (session.Gate)
        {
            if (IsReserved(reservation))
            {
                _ids[reservation.PacketId] = _ids[reservation.PacketId] with { Receipt = receipt };
            }
        }
    }

    /// <summary>Who waits for the message's fate goes on; an identifier whose message was not handed over is
    /// free.</summary>
    internal void EndReservation(InboundReservation reservation)
    {
        lock (session.Gate)
        {
            if (IsReserved(reservation) && _ids[reservation.PacketId].Receipt.DeferredReceipt is not null)
            {
                _ids.Remove(reservation.PacketId);
            }
        }

        reservation.End();
    }

    /// <summary>The QoS 2 message was accepted, and its identifier stays until PUBREL; or refused, and it is
    /// free.</summary>
    internal void Complete(InboundReservation reservation, bool isAccepted)
    {
        lock (session.Gate)
        {
            if (!IsReserved(reservation))
            {
                return;
            }

            if (isAccepted)
            {
                _ids[reservation.PacketId] =
                    _ids[reservation.PacketId] with { Receipt = PublishReceipt.Accepted };
            }
            else
            {
                _ids.Remove(reservation.PacketId);
                if (session.IsPersistent)
                {
                    // It may stand in what could not be written yet.
                    limits.Journal.Delete(KeyOf(reservation.PacketId));
                }
            }
        }
    }

    /// <summary>Keeps the identifier in the state; durable once the journal is flushed. False, and without effect,
    /// once the session ended or the identifier was released, and where the session is not kept.</summary>
    internal bool Keep(InboundReservation reservation)
    {
        lock (session.Gate)
        {
            if (!session.IsPersistent || !IsReserved(reservation))
            {
                return false;
            }

            limits.Journal.Put(KeyOf(reservation.PacketId), InboundRecord.Instance, isNew: false);
            return true;
        }
    }

    /// <summary>Takes back an identifier that the state kept.</summary>
    internal void Restore(ushort packetId) =>
        _ids[packetId] = new Taken(null, PublishReceipt.Accepted, CountedAt: 0);

    /// <summary>PUBREL: the identifier is free again. False where it was not in use.</summary>
    /// <param name="connection">The connection of the PUBREL.</param>
    /// <param name="packetId">The identifier.</param>
    /// <param name="isCounted">Whether its message came on that connection.</param>
    internal bool TryRelease(ServerConnection connection, ushort packetId, out bool isCounted)
    {
        lock (session.Gate)
        {
            bool isKnown = _ids.Remove(packetId, out Taken inbound);
            isCounted = isKnown && ReferenceEquals(session.Owner, connection) && inbound.CountedAt == session.Ownings;
            if (!isKnown)
            {
                return false;
            }

            if (session.IsPersistent)
            {
                limits.Journal.Delete(KeyOf(packetId));
            }

            return true;
        }
    }

    /// <summary>A QoS 1 message was handed over whose PUBACK was never written: its client can't have given the
    /// identifier to another one, and sends it again.</summary>
    internal void AddUnanswered(ushort packetId, int contentHash, PublishReceipt receipt)
    {
        lock (session.Gate)
        {
            _unanswered ??= [];
            if (_unanswered.Count < UnansweredMax && !session.IsEnded)
            {
                _unanswered.TryAdd(packetId, new Unanswered(contentHash, receipt));
            }
        }
    }

    /// <summary>Whether a QoS 1 message is one that was handed over on an earlier connection and not acknowledged
    /// there. Whatever it is, its identifier stands for it from here on.</summary>
    internal bool TryTakeUnanswered(
        ushort packetId, bool isDuplicate, int contentHash, out PublishReceipt receipt)
    {
        receipt = default;
        if (Volatile.Read(ref _unanswered) is null)
        {
            return false;
        }

        lock (session.Gate)
        {
            if (_unanswered is null || !_unanswered.Remove(packetId, out Unanswered unanswered))
            {
                return false;
            }

            if (_unanswered.Count == 0)
            {
                _unanswered = null;
            }

            receipt = unanswered.Receipt;
            bool isRefused = receipt.IsDecided && !receipt.Outcome.IsAccepted;
            return isDuplicate && unanswered.ContentHash == contentHash && !isRefused;
        }
    }

    private bool IsReserved(InboundReservation reservation) =>
        _ids.TryGetValue(reservation.PacketId, out Taken inbound)
        && ReferenceEquals(inbound.Reservation, reservation);

    /// <summary>The session is not kept any more: nothing of this stays in the state.</summary>
    internal void DeleteKept()
    {
        foreach (ushort packetId in _ids.Keys)
        {
            limits.Journal.Delete(KeyOf(packetId));
        }
    }

    internal void Clear()
    {
        _ids.Clear();
        _unanswered = null;
    }

    private StateKey KeyOf(ushort packetId) => new(StateKind.Inbound, session.ClientId, packetId);

    /// <summary>A QoS 1 message whose acknowledgement was never written.</summary>
    private readonly record struct Unanswered(int ContentHash, PublishReceipt Receipt);

    /// <summary>A QoS 2 identifier in use; one that the state kept has no reservation.</summary>
    /// <param name="Reservation">The claim of the connection that handed it over.</param>
    /// <param name="Receipt">What is known of the message.</param>
    /// <param name="CountedAt">Which of the session's connections it came on last, against whose receive maximum it
    /// counts; zero for none of this run.</param>
    private readonly record struct Taken(InboundReservation? Reservation, PublishReceipt Receipt, int CountedAt);
}
