namespace EdgeStream.Mqtt;

/// <summary>That a QoS 2 packet identifier is in use. Everything is in the key; the value is the version
/// alone.</summary>
internal sealed class InboundRecord : StateRecord
{
    internal static readonly InboundRecord Instance = new();

    internal override byte[] Encode() => [Version];
}
