namespace EdgeStream.Mqtt;

/// <summary>What a client's CONNECT says about who it is.</summary>
public sealed class MqttLogin
{
    /// <summary>The client identifier, also where the server assigned it.</summary>
    public required string ClientId { get; init; }

    /// <summary>The user name; null where there is none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }

    /// <summary>What the transport knows of the client.</summary>
    public required MqttPeer Peer { get; init; }
}
