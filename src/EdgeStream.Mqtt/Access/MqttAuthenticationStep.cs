namespace EdgeStream.Mqtt;

/// <summary>How an authentication goes on: more is needed of the client, or it is decided.</summary>
public sealed class MqttAuthenticationStep
{
    private MqttAuthenticationStep(MqttLoginResult? result, ReadOnlyMemory<byte> data)
    {
        Result = result;
        Data = data;
    }

    /// <summary>The decision; null where the client has to answer first.</summary>
    public MqttLoginResult? Result { get; }

    /// <summary>What the client is sent; up to 65,535 bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The client has to answer.</summary>
    /// <param name="data">What it is sent.</param>
    public static MqttAuthenticationStep Continue(ReadOnlyMemory<byte> data) => new(null, data);

    /// <summary>It is decided. After a re-authentication the rights replace the ones before; the user must be the
    /// same.</summary>
    /// <param name="result">The decision.</param>
    /// <param name="data">What an accepted client is sent along.</param>
    public static MqttAuthenticationStep Decided(MqttLoginResult result, ReadOnlyMemory<byte> data = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new MqttAuthenticationStep(result, data);
    }
}
