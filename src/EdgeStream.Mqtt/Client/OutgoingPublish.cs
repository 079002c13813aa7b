namespace EdgeStream.Mqtt;

/// <summary>A message on its way to the server.</summary>
internal sealed class OutgoingPublish
{
    internal required MqttMessage Message { get; init; }

    internal required byte[] Topic { get; init; }

    /// <summary>Zero at QoS 0.</summary>
    internal ushort PacketId { get; set; }

    /// <summary>Whether it went out before, on whatever connection: it goes out as a duplicate then.</summary>
    internal bool WasSent { get; set; }

    /// <summary>Whether PUBREC came: only PUBREL goes out from then on.</summary>
    internal bool IsReleased { get; set; }

    /// <summary>Whether it takes a place in the server's window, on the connection there is now.</summary>
    internal bool IsCounted { get; set; }

    /// <summary>Its place among those that wait for room; null once it is let in.</summary>
    internal LinkedListNode<OutgoingPublish>? Waiting { get; set; }

    /// <summary>Its place among those that aren't acknowledged; null at QoS 0.</summary>
    internal LinkedListNode<OutgoingPublish>? Place { get; set; }

    internal TaskCompletionSource<MqttReasonCode> Completion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
