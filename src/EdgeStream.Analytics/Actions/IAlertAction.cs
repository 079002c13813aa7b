namespace EdgeStream.Analytics;

/// <summary>Does something about alerts: tells a server, runs a command, switches a line.</summary>
/// <remarks>Called by one action's loop at a time. It keeps its own limits of time; the loop waits for it, the rules
/// do not.</remarks>
public interface IAlertAction : IAsyncDisposable
{
    /// <summary>The word of its kind, as the configuration spells it.</summary>
    string Kind { get; }

    /// <summary>Whether it shows a state (a line that is on while anything fires) and is told of that alone; it is told
    /// once at the start, too.</summary>
    bool IsLevel { get; }

    /// <summary>For a level: whether an alert that somebody has acknowledged no longer counts.</summary>
    bool EndsWithAcknowledgement { get; }

    /// <summary>Does it. May be called again with the same alerts: after a failure, and after a crash.</summary>
    /// <returns>How it went; failures are results, not exceptions.</returns>
    ValueTask<ActionResult> ActAsync(AlertNotification notification, CancellationToken cancellationToken);
}
