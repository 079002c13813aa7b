using Microsoft.Extensions.Logging;

namespace EdgeStream.Mqtt;

/// <summary>All log messages of this project: event ids 1000 to 1099, never used twice.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "Client {ClientId} connected from {RemoteEndPoint} with MQTT {Version}.")]
    internal static partial void Connected(
        ILogger logger, string clientId, string? remoteEndPoint, MqttVersion version);

    [LoggerMessage(1001, LogLevel.Debug, "Client {ClientId} disconnected.")]
    internal static partial void Disconnected(ILogger logger, string clientId);

    [LoggerMessage(1002, LogLevel.Information, "Connection of {ClientId} ends with {Reason}: {Detail} (At most "
        + "ten such lines a minute.)")]
    internal static partial void Rejected(ILogger logger, string clientId, MqttReasonCode reason, string detail);

    [LoggerMessage(1003, LogLevel.Warning, "The host failed to take a message of {ClientId}; it is refused.")]
    internal static partial void HandlerFailed(ILogger logger, string clientId, Exception? exception);

    [LoggerMessage(1004, LogLevel.Error, "Connection of {ClientId} ends because of an error in the broker.")]
    internal static partial void ConnectionFailed(ILogger logger, string clientId, Exception exception);

    [LoggerMessage(1005, LogLevel.Warning, "{Count} changes of MQTT state could not be stored; trying again.")]
    internal static partial void StateCommitFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(1006, LogLevel.Warning, "State entry {Key} can't be read and is left out: {Detail}")]
    internal static partial void StateEntryUnreadable(ILogger logger, string key, string detail);

    [LoggerMessage(1007, LogLevel.Information, "Restored {Sessions} sessions and {Retained} retained messages.")]
    internal static partial void Restored(ILogger logger, long sessions, int retained);

    [LoggerMessage(1008, LogLevel.Warning, "The will of {ClientId} was not published: the host answered {Reason}.")]
    internal static partial void WillRefused(ILogger logger, string clientId, MqttReasonCode reason);

    [LoggerMessage(1009, LogLevel.Error, "The broker's tick failed; the next one tries again.")]
    internal static partial void TickFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        1012,
        LogLevel.Warning,
        "The host has not decided on every will within {Seconds} s of the stop; those may be lost for subscribers.")]
    internal static partial void WillsGivenUp(ILogger logger, double seconds);

    [LoggerMessage(
        1011,
        LogLevel.Warning,
        "{Who}: {Detail}. Refused as {Refusal}, {Count} such since the start; at most ten a minute are logged.")]
    internal static partial void Refused(
        ILogger logger, string who, string detail, MqttRefusal refusal, long count);

    [LoggerMessage(
        1010,
        LogLevel.Warning,
        "A message of {ClientId} was dropped: the host answered {Reason}, which MQTT 3.1.1 can't tell, so the client "
            + "was told that it arrived. {Count} such messages since the start; at most one a minute is logged.")]
    internal static partial void PublishDropped(
        ILogger logger, string clientId, MqttReasonCode reason, long count);

    [LoggerMessage(1020, LogLevel.Information, "{Name}: connected to {Server} as {ClientId}; the server {Session}.")]
    internal static partial void LinkConnected(
        ILogger logger, string name, string server, string clientId, string session);

    [LoggerMessage(1021, LogLevel.Warning, "{Name}: not connected to {Server}: {Problem} Tried again until it is, and "
        + "told when the reason changes.")]
    internal static partial void LinkLost(ILogger logger, string name, string server, string problem);

    [LoggerMessage(1022, LogLevel.Warning, "{Name}: {Problem}")]
    internal static partial void LinkRefused(ILogger logger, string name, string problem);

    [LoggerMessage(1023, LogLevel.Debug, "{Name}: the next attempt comes in {DelayMs} ms: {Problem}")]
    internal static partial void LinkWaits(ILogger logger, string name, long delayMs, string problem);
}
