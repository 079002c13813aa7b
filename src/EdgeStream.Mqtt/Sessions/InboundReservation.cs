namespace EdgeStream.Mqtt;

/// <summary>The claim of one connection to hand over the QoS 2 message of an identifier.</summary>
/// <remarks>From before the message is with the host, so that the same message on the client's next connection waits
/// for what becomes of it. Its identity tells the message from a later one of the same identifier.</remarks>
internal sealed class InboundReservation
{
    private readonly TaskCompletionSource<PublishReceipt> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource<PublishOutcome> _answered =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal InboundReservation(ushort packetId)
    {
        PacketId = packetId;
    }

    internal ushort PacketId { get; }

    /// <summary>Stands for the message once the host has it, for the same message on another connection: its task
    /// completes when PUBREC may go out.</summary>
    internal PublishReceipt Answer => PublishReceipt.WhenDecided(_answered.Task);

    /// <summary>Stands for the message until the host has it: its task completes when the reservation ends.</summary>
    internal PublishReceipt Receipt => PublishReceipt.Deferred(_ended.Task);

    internal void End() => _ended.TrySetResult(default);

    /// <summary>The message's fate is decided, and what is kept of it durable.</summary>
    internal void Decide(PublishOutcome outcome) => _answered.TrySetResult(outcome);
}
