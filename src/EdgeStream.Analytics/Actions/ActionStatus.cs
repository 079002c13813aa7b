namespace EdgeStream.Analytics;

/// <summary>How an action stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it does, in a word.</param>
/// <param name="Standing">Alerts that it is about and that fire, or whose end it has not told of yet.</param>
/// <param name="Waiting">Those of them that wait to be told of.</param>
/// <param name="Done">Notifications since start that were taken.</param>
/// <param name="Retried">Attempts since start that failed and are made again.</param>
/// <param name="Failed">Notifications since start that were given up or refused.</param>
/// <param name="Dropped">Alerts since start that had no room: more than 1,000 stood.</param>
/// <param name="LastError">What went wrong last; null when the latest attempt went well.</param>
/// <param name="LastDoneAt">When something was last told; null if nothing was since start.</param>
public sealed record ActionStatus(
    string Name,
    string Kind,
    int Standing,
    int Waiting,
    long Done,
    long Retried,
    long Failed,
    long Dropped,
    string? LastError,
    DateTimeOffset? LastDoneAt);
