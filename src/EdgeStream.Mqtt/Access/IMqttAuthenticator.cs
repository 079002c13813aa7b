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

    /// <summary>Whether a will may be published whose delay ends after a restart, before its client is back.</summary>
    /// <remarks>It may not unless the implementation says so: nothing but the names is known any more.</remarks>
    /// <param name="userName">Whom the client was let in as; null where it had no name, or that is not known.</param>
    /// <param name="clientId">The client identifier.</param>
    /// <param name="topic">The will's topic name in UTF-8.</param>
    bool MayPublishRestoredWill(string? userName, string clientId, ReadOnlySpan<byte> topic) => false;
}
