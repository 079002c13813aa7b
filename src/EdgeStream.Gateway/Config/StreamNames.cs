using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Config;

/// <summary>The streams that every gateway has.</summary>
internal static class StreamNames
{
    /// <summary>Everything that was routed.</summary>
    public const string Readings = "readings";

    /// <summary>Alerts that fired and resolved.</summary>
    public const string Alerts = "alerts";

    /// <summary>What could not be decoded or routed, with its bytes and the reason.</summary>
    public const string DeadLetter = "dead-letter";

    /// <summary>What destinations refuse for good, with its bytes and the reason.</summary>
    public const string DeliveryErrors = DeliveryDefinition.ErrorStreamDefault;
}
