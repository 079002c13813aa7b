namespace EdgeStream.Mqtt;

/// <summary>The host's side of enhanced authentication (MQTT 5.0 section 4.12): methods with several steps, such as
/// SCRAM.</summary>
public interface IMqttEnhancedAuthenticator
{
    /// <summary>Begins an exchange with a client that names a method in its CONNECT or authenticates again.</summary>
    /// <remarks>Called from many connections at once.</remarks>
    /// <param name="method">The authentication method.</param>
    /// <param name="login">What else the client says of itself; without the password.</param>
    /// <returns>The exchange; null where the method is not known, which refuses the client with
    /// <see cref="MqttReasonCode.BadAuthenticationMethod"/>.</returns>
    IMqttAuthenticationExchange? Begin(string method, MqttLogin login);
}
