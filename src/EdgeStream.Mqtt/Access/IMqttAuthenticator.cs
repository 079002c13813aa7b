namespace EdgeStream.Mqtt;

/// <summary>Decides who may connect, and what they may do then.</summary>
public interface IMqttAuthenticator
{
    /// <summary>Judges one CONNECT.</summary>
    /// <remarks>
    /// Called from many connections at once, before the session is looked at; the connection is not read until it is
    /// decided. Slow work (a password's hash) belongs elsewhere than on the caller's thread. An exception ends the
    /// connection and is logged.
    /// </remarks>
    /// <param name="login">What the client brought; its password is wiped when the call is over.</param>
    /// <param name="cancellationToken">Cancelled when the connection is over.</param>
    /// <returns>Who it is, or why not.</returns>
    ValueTask<MqttLoginResult> AuthenticateAsync(MqttLogin login, CancellationToken cancellationToken);
}
