namespace EdgeStream.Devices;

/// <summary>The way back to devices, as far as a dialect needs one.</summary>
public interface IDeviceCommands
{
    /// <summary>Publishes a message where the sender of another one will see it; does not wait and does not
    /// throw.</summary>
    /// <param name="clientId">Who sent the message that this one answers, or null.</param>
    /// <param name="topic">The topic name.</param>
    /// <param name="payload">The payload.</param>
    void Send(string? clientId, string topic, ReadOnlyMemory<byte> payload);
}
