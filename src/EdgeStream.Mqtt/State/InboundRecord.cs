namespace EdgeStream.Mqtt;

/// <summary>That a QoS 2 packet identifier is in use. Everything is in the key; the value is version 1
/// alone.</summary>
internal sealed class InboundRecord : StateRecord
{
    internal static readonly InboundRecord Instance = new();

    internal override byte[] Encode() => [1];
}
