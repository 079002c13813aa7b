using System.Text;
using EdgeStream.Devices;
using EdgeStream.Gateway.Discovery;
using EdgeStream.Mqtt;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>Makes published messages safe: each becomes a record, and is acknowledged when that is durable.</summary>
/// <remarks>
/// A stream that has fallen behind holds its publisher's connection back instead of refusing: the one message is copied
/// and offered again when there is room. Topics under <c>edgestream/</c> are the gateway's own and refused to clients;
/// what a 3.1.1 client publishes there is acknowledged and dropped, as it would send it again for ever. A message may
/// say in its user properties who made it and its number there (<see cref="MqttProducer"/>): one that is sent again is
/// then recognised, and acknowledged when the first one is safe. Of one whose number can't be read, or is too old to
/// tell whether it is there, the dead letters have the bytes and the reason. What is published on the topics of
/// device twins changes these (<see cref="TwinFront"/>), and becomes no record.
/// </remarks>
internal sealed class MqttIngest(
    IngestFront ingest, TwinFront twins, HomeAssistantBirth birth, TimeProvider time, CancellationToken stopping)
    : IMqttPublishHandler
{
    /// <summary>What the topics start with that only the gateway publishes on.</summary>
    public const string OwnTopics = "edgestream/";

    /// <summary>How often a message may find others waiting before it waits with them.</summary>
    private const int LossesMax = 2;

    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] OwnTopicsBytes = Encoding.UTF8.GetBytes(OwnTopics);

    /// <inheritdoc/>
    public PublishReceipt Publish(in MqttPublication publication)
    {
        if (publication.Topic.StartsWith(OwnTopicsBytes))
        {
            return PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        }

        if (TwinFront.IsTwin(publication.Topic))
        {
            return twins.Publish(publication);
        }

        birth.Note(publication.Topic, publication.Payload);

        // Nobody can be held back for a will, or by a gateway that stops.
        var mayWait = publication.IsWill || stopping.IsCancellationRequested;
        Span<byte> identity = stackalloc byte[ProducerStamp.ProducerIdSizeBytesMax];
        var problem = MqttProducer.Read(publication, identity, out var producer);
        var ticket = ingest.Ingest(
            DeviceSource.Mqtt,
            publication.ClientId,
            publication.Topic,
            publication.Payload,
            mayWait,
            producer,
            problem);
        return ticket.Outcome == IngestOutcome.Busy
            ? PublishReceipt.Deferred(
                OfferAgainAsync(
                    ticket.Acknowledged,
                    publication.ClientId,
                    publication.Topic.ToArray(),
                    publication.Payload.ToArray(),
                    KeptProducerStamp.Of(producer),
                    problem,
                    publication.ConnectionClosed))
            : ReceiptOf(ticket, publication.IsFireAndForget);
    }

    /// <remarks>Asking when a record is acknowledged has it committed at once: each of a slow sender's is then a write
    /// of its own to the card. What nobody waits for may go together with others.</remarks>
    private static PublishReceipt ReceiptOf(IngestTicket ticket, bool isFireAndForget) => ticket.Outcome switch
    {
        IngestOutcome.Accepted or IngestOutcome.DeadLettered when isFireAndForget => PublishReceipt.Accepted,
        IngestOutcome.Accepted or IngestOutcome.DeadLettered => PublishReceipt.WhenSafe(ticket.AcknowledgedOnCommitter),
        IngestOutcome.DiskFull or IngestOutcome.Busy => PublishReceipt.Refused(MqttReasonCode.QuotaExceeded),

        // Not even its dead letter fits: it never will, and its sender must not try for ever.
        IngestOutcome.TooLarge => PublishReceipt.Refused(MqttReasonCode.PayloadFormatInvalid),
        _ => PublishReceipt.Refused(MqttReasonCode.ImplementationSpecificError),
    };

    private async Task<PublishReceipt> OfferAgainAsync(
        Task room,
        string clientId,
        byte[] topic,
        byte[] payload,
        KeptProducerStamp? producer,
        string? producerProblem,
        CancellationToken closed)
    {
        // Ends when the stream has room or fails, the gateway stops, or the publisher's connection is over: then the
        // publisher sends the message again, and two that offer it would store it twice.
        var losses = 0;
        while (true)
        {
            if (room.IsCompleted)
            {
                // There is room, and others wait that have to be let in first: other sources, which may always wait.
                losses++;
                await Task.Delay(RetryTime, time, closed);
            }
            else
            {
                await room.WaitAsync(closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                closed.ThrowIfCancellationRequested();
            }

            var isLast = stopping.IsCancellationRequested;
            var ticket = ingest.Ingest(
                DeviceSource.Mqtt,
                clientId,
                topic,
                payload,
                isLast || losses > LossesMax,
                KeptProducerStamp.Stamp(producer),
                producerProblem);
            if (isLast || ticket.Outcome != IngestOutcome.Busy)
            {
                return ReceiptOf(ticket, isFireAndForget: false);
            }

            room = ticket.Acknowledged;
        }
    }
}
