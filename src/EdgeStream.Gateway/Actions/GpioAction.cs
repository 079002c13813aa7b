using EdgeStream.Analytics;
using EdgeStream.Devices;

namespace EdgeStream.Gateway.Actions;

/// <summary>Holds a line of the board while alerts fire: a lamp, a horn, a relay.</summary>
internal sealed class GpioAction(GpioOutput line, bool endsWithAcknowledgement) : IAlertAction
{
    /// <inheritdoc/>
    public string Kind => "gpio";

    /// <inheritdoc/>
    public bool IsLevel => true;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => endsWithAcknowledgement;

    /// <inheritdoc/>
    public ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        try
        {
            line.Set(notification.IsAnyFiring);
            return ValueTask.FromResult(ActionResult.Done);
        }
        catch (IOException error)
        {
            return ValueTask.FromResult(ActionResult.Failed(error.Message));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return ValueTask.CompletedTask;
    }
}
