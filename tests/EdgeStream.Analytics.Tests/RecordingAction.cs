namespace EdgeStream.Analytics.Tests;

/// <summary>An action that notes what it is told, and fails when it should.</summary>
internal sealed class RecordingAction : IAlertAction
{
    public List<AlertNotification> Told { get; } = [];

    /// <summary>What it answers; taken for done where it is null.</summary>
    public Func<AlertNotification, ActionResult?> Answer { get; set; } = _ => null;

    public string Kind => "recording";

    public bool IsLevel { get; init; }

    public bool EndsWithAcknowledgement { get; init; }

    /// <summary>The changes that were taken, as <c>id:state</c>, in order.</summary>
    public IEnumerable<string> Changes =>
        Told.SelectMany(told => told.Changes).Select(alert => $"{alert.Id}:{AlertJson.WordOf(alert.State)}");

    public ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        if (Answer(notification) is { } answer)
        {
            return ValueTask.FromResult(answer);
        }

        Told.Add(notification);
        return ValueTask.FromResult(ActionResult.Done);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
