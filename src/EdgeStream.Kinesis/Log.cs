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
}
