namespace EdgeStream.Mqtt;

/// <summary>The exchange of AUTH packets of one connection, as the client takes part in it.</summary>
/// <remarks>The read loop calls <see cref="ContinueAsync"/> and <see cref="Connected"/>; <see cref="BeginAgain"/> may
/// be called from anywhere.</remarks>
internal sealed class ClientAuthentication(
    IMqttClientAuthentication authentication, PacketSender sender, CancellationToken closed)
{
    private TaskCompletionSource? _again;
    private bool _isConnected;

    /// <summary>CONNACK accepts.</summary>
    internal void Connected(ConnackPacket answer)
    {
        // [MQTT-4.12.0-5].
        Check(answer.AuthenticationMethod);
        authentication.Complete(answer.AuthenticationData);
        _isConnected = true;
    }

    /// <summary>Starts a re-authentication; the task is the server's answer.</summary>
    /// <exception cref="InvalidOperationException">One is under way.</exception>
    internal Task BeginAgain()
    {
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _again, again, null) is not null)
        {
            throw new InvalidOperationException("A re-authentication is under way.");
        }

        Write(MqttReasonCode.ReAuthenticate, authentication.Begin());
        return again.Task;
    }

    /// <summary>The server's AUTH.</summary>
    internal async ValueTask ContinueAsync(AuthPacket packet)
    {
        Check(packet.Method);
        if (packet.Reason == MqttReasonCode.ContinueAuthentication && (!_isConnected || _again is not null))
        {
            // [MQTT-4.12.0-3].
            Write(
                MqttReasonCode.ContinueAuthentication,
                await authentication.ContinueAsync(packet.Data, closed).ConfigureAwait(false));
        }
        else if (packet.Reason == MqttReasonCode.Success && Interlocked.Exchange(ref _again, null) is { } again)
        {
            authentication.Complete(packet.Data);
            again.SetResult();
        }
        else
        {
            Reject.ProtocolError($"AUTH with reason code 0x{(byte)packet.Reason:X2} is not what is waited for.");
        }
    }

    /// <summary>The connection is over.</summary>
    internal void Fail(Exception end) => Interlocked.Exchange(ref _again, null)
        ?.TrySetException(new IOException("The MQTT connection ended before the answer came.", end));

    private void Check(string? method)
    {
        if (method != authentication.Method)
        {
            Reject.ProtocolError("The server answers with another authentication method than the client's.");
        }
    }

    private void Write(MqttReasonCode reason, ReadOnlyMemory<byte> data)
    {
        using (PacketSender.Scope scope = sender.Begin())
        {
            if (scope.Output is { } output)
            {
                new AuthPacket(reason, authentication.Method, data).Write(output);
            }
        }

        sender.Wake();
    }
}
