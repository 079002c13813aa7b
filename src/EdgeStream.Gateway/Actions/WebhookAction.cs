using EdgeStream.Analytics;
using EdgeStream.Delivery;

namespace EdgeStream.Gateway.Actions;

/// <summary>Posts notifications to an HTTP server, as Alertmanager does.</summary>
internal sealed class WebhookAction(ServerLink link, AlertmanagerPayload payload, TimeProvider time) : IAlertAction
{
    private readonly HttpPoster _poster = new(link, time);

    /// <inheritdoc/>
    public string Kind => "webhook";

    /// <inheritdoc/>
    public bool IsLevel => false;

    /// <inheritdoc/>
    public bool EndsWithAcknowledgement => false;

    /// <inheritdoc/>
    public async ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var result = await _poster.PostAsync(payload.ToBytes(notification), "application/json", cancellationToken);
        return result.Outcome switch
        {
            SendOutcome.Accepted => ActionResult.Done,
            SendOutcome.Rejected => ActionResult.Refused(result.Reason!),
            _ => ActionResult.Failed(result.Reason!, result.RetryAfter),
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _poster.Dispose();
        return ValueTask.CompletedTask;
    }
}
