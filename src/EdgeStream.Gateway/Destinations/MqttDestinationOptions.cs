using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Destinations;

/// <summary>Which MQTT server, and how records are published there.</summary>
internal sealed record MqttDestinationOptions : DestinationOptions
{
    /// <summary>How it is reached.</summary>
    public required MqttLinkConfig Link { get; init; }

    /// <summary>The topic, with places for what belongs to the record.</summary>
    public required string Topic { get; init; }

    /// <summary>The quality of service.</summary>
    public required MqttQos Qos { get; init; }

    /// <summary>Whether a record becomes its topic's retained message.</summary>
    public required bool Retain { get; init; }

    /// <summary>Whether the whole line is sent rather than the record's data.</summary>
    public required bool IsLinePayload { get; init; }

    /// <summary>Messages that await their acknowledgement at once.</summary>
    public required int SendMaximum { get; init; }

    /// <summary>How long to wait for a connection, and for each acknowledgement.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <inheritdoc/>
    public override string Kind => "mqtt";

    /// <inheritdoc/>
    public override string Server => Link.Target;

    /// <inheritdoc/>
    public override string Target => $"{Link.Target}/{Topic}";

    /// <inheritdoc/>
    public override IReadOnlyList<DefinitionError> Validate() => [];

    /// <inheritdoc/>
    public override IDestination Open(
        string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
        new MqttDestination(this, deliveryName, wire, timeProvider, logger);
}
