using System.Text;
using EdgeStream.Analytics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Actions;

/// <summary>Appends each change of an alert to a stream, as it stands in <c>alerts</c>, under the rule's
/// name.</summary>
internal sealed class StreamAction(StreamStore store, string streamName) : IAlertAction
{
    /// <inheritdoc/>
    public string Kind => "stream";

    /// <inheritdoc/>
    public bool IsLevel => false;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => false;

    /// <inheritdoc/>
    public async ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        if (!store.TryGet(streamName, out var stream))
        {
            return ActionResult.Failed($"There is no stream '{streamName}'.");
        }

        try
        {
            foreach (var alert in notification.Changes)
            {
                await stream.AppendAsync(
                    Encoding.UTF8.GetBytes(alert.Rule), AlertJson.ToBytes(alert), alert.ResolvedAt ?? alert.FiredAt,
                    cancellationToken);
            }

            return ActionResult.Done;
        }
        catch (Exception error) when (error is StreamException or IOException)
        {
            return ActionResult.Failed(error.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
