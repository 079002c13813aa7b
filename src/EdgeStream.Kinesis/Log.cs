using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>All log messages of this project: event ids 6000 to 6099, never used twice.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Error, "The action {Action} failed; the request was {RequestId}.")]
    internal static partial void ActionFailed(ILogger logger, string? action, string requestId, Exception exception);

    [LoggerMessage(6001, LogLevel.Warning, "The answer to {Action} broke off; the request was {RequestId}.")]
    internal static partial void AnswerFailed(ILogger logger, string? action, string requestId, Exception exception);

    [LoggerMessage(6002, LogLevel.Debug, "The TLS handshake with {RemoteEndPoint} failed: {Problem}")]
    internal static partial void HandshakeFailed(ILogger logger, string? remoteEndPoint, string problem);

    [LoggerMessage(6003, LogLevel.Error,
        "The delivery stream in the state's entry {Key} can't be read; it is left alone.")]
    internal static partial void DeliveryStreamUnreadable(ILogger logger, string key, Exception exception);

    [LoggerMessage(6004, LogLevel.Warning,
        "The delivery stream {DeliveryStream} is deleted by force; {Records} records of it were not delivered.")]
    internal static partial void DeliveryStreamForced(ILogger logger, string deliveryStream, long records);

    [LoggerMessage(6005, LogLevel.Error, "The delivery stream {DeliveryStream} could not be started or deleted.")]
    internal static partial void DeliveryStreamFailed(ILogger logger, string deliveryStream, Exception exception);
}
