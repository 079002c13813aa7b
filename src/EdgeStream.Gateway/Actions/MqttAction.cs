using EdgeStream.Analytics;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Actions;

/// <summary>Publishes each change of an alert to the gateway's own MQTT clients.</summary>
/// <remarks>Done means queued for those who subscribe; a client with a session gets it after it was away. It is not
/// taken for a reading.</remarks>
internal sealed class MqttAction(MqttBroker broker, string topic, int qos, bool isRetained) : IAlertAction
{
    /// <inheritdoc/>
    public string Kind => "mqtt";

    /// <inheritdoc/>
    public bool IsLevel => false;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => false;

    /// <inheritdoc/>
    public ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        foreach (var alert in notification.Changes)
        {
            try
            {
                broker.Publish(AlertTopic.Fill(topic, alert), AlertJson.ToBytes(alert), (MqttQos)qos, isRetained);
            }
            catch (ArgumentException error)
            {
                return ValueTask.FromResult(ActionResult.Refused(error.Message));
            }
        }

        return ValueTask.FromResult(ActionResult.Done);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
