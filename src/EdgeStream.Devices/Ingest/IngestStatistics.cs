namespace EdgeStream.Devices;

/// <summary>
/// What the pipeline has been through since it was made. Messages = accepted + dead-lettered + refused.
/// </summary>
/// <param name="AcceptedMessages">Messages that their route's stream took, or that wait for it to take them.</param>
/// <param name="DeadLetteredMessages">
/// Messages that the dead-letter stream took, or that wait for it to take them.
/// </param>
/// <param name="RefusedMessages">Messages that no stream took.</param>
/// <param name="ReplacedEventTimes">Accepted messages whose own time was missing or implausible.</param>
/// <param name="WaitingMessages">Messages that wait for room at this moment.</param>
public readonly record struct IngestStatistics(
    long AcceptedMessages,
    long DeadLetteredMessages,
    long RefusedMessages,
    long ReplacedEventTimes,
    long WaitingMessages);
