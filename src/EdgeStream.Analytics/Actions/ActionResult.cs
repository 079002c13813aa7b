namespace EdgeStream.Analytics;

/// <summary>How an action went.</summary>
/// <param name="Outcome">Whether it is done.</param>
/// <param name="Problem">What went wrong, as a sentence; null if nothing did.</param>
/// <param name="RetryAfter">How long the other side wants to be left alone; null if it did not say.</param>
public sealed record ActionResult(ActionOutcome Outcome, string? Problem = null, TimeSpan? RetryAfter = null)
{
    /// <summary>It is done.</summary>
    public static readonly ActionResult Done = new(ActionOutcome.Done);

    /// <summary>It failed and may succeed later.</summary>
    public static ActionResult Failed(string problem, TimeSpan? retryAfter = null) =>
        new(ActionOutcome.Failed, problem, retryAfter);

    /// <summary>It was refused for good.</summary>
    public static ActionResult Refused(string problem) => new(ActionOutcome.Refused, problem);
}
