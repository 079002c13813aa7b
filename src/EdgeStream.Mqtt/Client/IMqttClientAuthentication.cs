namespace EdgeStream.Mqtt;

/// <summary>A client's side of an enhanced authentication (MQTT 5.0 section 4.12).</summary>
/// <remarks>Called for one step after the other. An exception ends the connection.</remarks>
public interface IMqttClientAuthentication
{
    /// <summary>The authentication method, as the server knows it.</summary>
    string Method { get; }

    /// <summary>Begins an exchange, at the connect and at each re-authentication.</summary>
    /// <returns>What is sent first; up to 65,535 bytes, empty for nothing.</returns>
    ReadOnlyMemory<byte> Begin();

    /// <summary>Answers what the server has sent.</summary>
    /// <param name="data">The server's data; empty where it sent none.</param>
    /// <param name="cancellationToken">Cancelled when the connection is over.</param>
    /// <returns>What is sent; up to 65,535 bytes, empty for nothing.</returns>
    ValueTask<ReadOnlyMemory<byte>> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>The server has accepted; the last moment to verify that it is who it should be.</summary>
    /// <param name="data">The server's last data; empty where it sent none.</param>
    void Complete(ReadOnlyMemory<byte> data);
}
