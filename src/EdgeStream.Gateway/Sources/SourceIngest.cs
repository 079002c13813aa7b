using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Sources;

/// <summary>Makes a source's messages safe: the way of a message that is published to the gateway itself, but for what
/// a refusal would mean.</summary>
/// <remarks>A server to which a message was acknowledged forgets it, and one that isn't told anything sends it again
/// only on the next connection. So a message that can't be stored now is offered again until it can, and the server
/// isn't read meanwhile.</remarks>
internal sealed class SourceIngest(IngestFront ingest, int packetSizeMax, TimeProvider time) : IMqttPublishHandler
{
    /// <summary>A stream that has fallen behind has room again soon.</summary>
    private static readonly TimeSpan BusyTime = TimeSpan.FromMilliseconds(10);

    /// <summary>A full or failed disk does not.</summary>
    private static readonly TimeSpan FullTime = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public PublishReceipt Publish(in MqttPublication publication)
    {
        var ticket = Offer(
            publication.ClientId, publication.Topic, publication.Payload, publication.DroppedBytes);
        return IsWaiting(ticket.Outcome)
            ? PublishReceipt.Deferred(OfferAgainAsync(
                ticket.Outcome,
                publication.ClientId,
                publication.Topic.ToArray(),
                publication.Payload.ToArray(),
                publication.DroppedBytes,
                publication.ConnectionClosed))
            : ReceiptOf(ticket);
    }

    /// <summary>What came without its end is put aside: its server can't be told to keep to a size.</summary>
    private IngestTicket Offer(
        string clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int droppedBytes) =>
        droppedBytes == 0
            ? ingest.Ingest(DeviceSource.Mqtt, clientId, topic, payload)
            : ingest.PutAside(
                $"The message of {payload.Length + (long)droppedBytes} bytes is larger than the source's "
                    + $"'packetSizeMax' of {packetSizeMax}: only its first {payload.Length} bytes are kept here. "
                    + "Raise 'packetSizeMax', or send smaller messages.",
                DeviceSource.Mqtt,
                clientId,
                topic,
                payload);

    private static bool IsWaiting(IngestOutcome outcome) =>
        outcome is IngestOutcome.Busy or IngestOutcome.DiskFull or IngestOutcome.Failed;

    /// <summary>What fits neither its stream nor the dead letters never will: it is refused for good.</summary>
    private static PublishReceipt ReceiptOf(IngestTicket ticket) => ticket.Outcome == IngestOutcome.TooLarge
        ? PublishReceipt.Refused(MqttReasonCode.PayloadFormatInvalid)
        : PublishReceipt.WhenSafe(ticket.Acknowledged);

    private async Task<PublishReceipt> OfferAgainAsync(
        IngestOutcome outcome,
        string clientId,
        byte[] topic,
        byte[] payload,
        int droppedBytes,
        CancellationToken closed)
    {
        while (true)
        {
            await Task.Delay(outcome == IngestOutcome.Busy ? BusyTime : FullTime, time, closed);
            var ticket = Offer(clientId, topic, payload, droppedBytes);
            outcome = ticket.Outcome;
            if (!IsWaiting(outcome))
            {
                return ReceiptOf(ticket);
            }
        }
    }
}
