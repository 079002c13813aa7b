namespace EdgeStream.Mqtt;

/// <summary>Another server that clients are sent to.</summary>
/// <remarks>
/// A 5.0 client is told <see cref="Reason"/> and the server in CONNACK or DISCONNECT (section 4.11); it need not
/// follow.
/// 3.1.1 has no words for it: CONNACK is return code 3, a connection that stands already just ends.
/// </remarks>
public sealed class MqttRedirection
{
    /// <param name="serverReference">The server, as section 4.11 has it: names or addresses with a space in between,
    /// each
    /// with or without a colon and its port, IPv6 addresses in brackets. What more it means is between the host and its
    /// clients; not empty, up to 65,535 bytes of UTF-8.</param>
    /// <param name="isPermanent">Whether the client is to go there from now on, and not this time only.</param>
    /// <exception cref="ArgumentException">The reference is empty, too long or no text.</exception>
    public MqttRedirection(string serverReference, bool isPermanent = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(serverReference);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(serverReference);
        if (bytes.Length > ushort.MaxValue || !Topics.IsText(bytes))
        {
            throw new ArgumentException(
                "A server reference is up to 65,535 bytes of UTF-8 without U+0000.", nameof(serverReference));
        }

        ServerReference = serverReference;
        IsPermanent = isPermanent;
    }

    /// <summary>The server.</summary>
    public string ServerReference { get; }

    /// <summary>Whether clients are to go there from now on, and not this time only.</summary>
    public bool IsPermanent { get; }

    /// <summary><see cref="MqttReasonCode.ServerMoved"/> or <see cref="MqttReasonCode.UseAnotherServer"/>.</summary>
    public MqttReasonCode Reason => IsPermanent ? MqttReasonCode.ServerMoved : MqttReasonCode.UseAnotherServer;
}
