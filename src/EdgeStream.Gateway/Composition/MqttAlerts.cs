using EdgeStream.Analytics;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Composition;

/// <summary>Publishes alerts on <c>edgestream/alerts/&lt;rule&gt;</c>, and forgets who has acknowledged those that are
/// over.</summary>
internal sealed class MqttAlerts(MqttBroker broker, AlertDesk desk) : IAlertPublisher
{
    private const string TopicPrefix = MqttIngest.OwnTopics + "alerts/";

    /// <inheritdoc/>
    public async ValueTask PublishAsync(Alert alert, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        broker.Publish(TopicPrefix + alert.Rule, data.Span, MqttQos.AtLeastOnce);
        if (alert.State == AlertState.Resolved)
        {
            await desk.ForgetAsync(alert.Id, cancellationToken);
        }
    }
}
