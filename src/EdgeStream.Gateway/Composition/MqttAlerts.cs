using EdgeStream.Analytics;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Composition;

/// <summary>Publishes alerts on <c>edgestream/alerts/&lt;rule&gt;</c>.</summary>
internal sealed class MqttAlerts(MqttBroker broker) : IAlertPublisher
{
    private const string TopicPrefix = MqttIngest.OwnTopics + "alerts/";

    /// <inheritdoc/>
    public ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        broker.Publish(TopicPrefix + alert.Rule, data.Span, MqttQos.AtLeastOnce);
        return ValueTask.CompletedTask;
    }
}
