namespace EdgeStream.Mqtt;

/// <summary>One client's authentication, step by step.</summary>
public interface IMqttAuthenticationExchange
{
    /// <summary>Takes what the client sent and says how it goes on.</summary>
    /// <remarks>One call at a time. The connection is not read meanwhile; before CONNACK the whole exchange has
    /// <see cref="MqttBrokerOptions.LoginTimeout"/>. An exception ends the connection.</remarks>
    /// <param name="data">The client's authentication data; empty where it sent none.</param>
    /// <param name="cancellationToken">Cancelled when the connection is over.</param>
    /// <returns>The next step.</returns>
    ValueTask<MqttAuthenticationStep> ContinueAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
