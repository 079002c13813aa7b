using System.Globalization;
using System.Net;
using Amazon.Runtime;

namespace EdgeStream.Delivery;

/// <summary>Tells failures that pass by themselves from those that someone must mend.</summary>
/// <remarks>Error codes: Amazon S3 API reference, "Error responses".</remarks>
internal static class S3Failure
{
    /// <summary>The result for a request that failed, with the server's own code and words.</summary>
    public static SendResult Of(Exception exception, S3DestinationOptions options) => exception switch
    {
        AmazonServiceException { StatusCode: not 0 } answered => OfAnswer(answered, options),
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException =>
            SendResult.Retryable($"{options.Target} cannot be reached: {Innermost(exception).Message}"),
        OperationCanceledException =>
            SendResult.Retryable($"{options.Target} did not answer within {options.TimeoutSeconds} s."),
        _ => SendResult.Retryable($"{options.Target}: {exception.Message}"),
    };

    /// <summary>What to tell of an object that could not be read.</summary>
    /// <param name="exception">How the request ended.</param>
    /// <param name="place">The object.</param>
    /// <param name="options">The server.</param>
    public static string DescribeRead(Exception exception, string place, S3DestinationOptions options) =>
        exception switch
        {
            AmazonServiceException { StatusCode: not 0 } answered =>
                $"{place}: the server answered {(int)answered.StatusCode} {answered.ErrorCode}: {answered.Message} "
                    .TrimEnd(' ', ':') + AdviceToRead(answered),
            OperationCanceledException => $"{place} did not come within {options.TimeoutSeconds} s.",
            AmazonServiceException or HttpRequestException or IOException =>
                $"{place} cannot be reached: {Innermost(exception).Message}",
            _ => $"{place}: {Innermost(exception).Message}",
        };

    private static SendResult OfAnswer(AmazonServiceException answered, S3DestinationOptions options)
    {
        var reason = $"{options.Target} answered {(int)answered.StatusCode} {answered.ErrorCode}: {answered.Message}";
        if (IsTransient(answered))
        {
            return SendResult.Retryable(reason, RetryAfter(answered));
        }

        if (IsAboutSize(answered))
        {
            return SendResult.TooLarge($"{reason} {Advice(answered)}");
        }

        return IsAboutName(answered)
            ? SendResult.NameRefused($"{reason} Mend the delivery's prefix; a batch already begun is then sent anew.")
            : SendResult.Rejected($"{reason} {Advice(answered)}".TrimEnd());
    }

    private static bool IsTransient(AmazonServiceException answered) =>
        (int)answered.StatusCode >= 500
        || answered.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.Conflict
        || answered.ErrorCode is "RequestTimeout" or "RequestTimeTooSkewed" or "SlowDown" or "BadDigest"
            or "IncompleteBody" or "XAmzContentSHA256Mismatch";

    /// <summary>Whether no object can have the name that was asked for.</summary>
    /// <remarks>The service's own code, then those of MinIO and Ceph.</remarks>
    private static bool IsAboutName(AmazonServiceException answered) =>
        answered.ErrorCode is "KeyTooLongError" or "XMinioInvalidObjectName" or "XMinioInvalidResourceName"
            or "InvalidObjectName";

    private static bool IsAboutSize(AmazonServiceException answered) =>
        answered.StatusCode == HttpStatusCode.RequestEntityTooLarge || answered.ErrorCode == "EntityTooLarge";

    private static string Advice(AmazonServiceException answered) => answered.ErrorCode switch
    {
        "NoSuchBucket" => "Create the bucket, or mend the delivery's bucket.",
        "SignatureDoesNotMatch" or "InvalidAccessKeyId" => "Mend the delivery's access key.",
        "AccessDenied" => "Let the access key write to the bucket.",
        _ when IsAboutSize(answered) =>
            "Lower the delivery's bufferSize, or let the server take larger objects; the batch is split if the access "
            + "key may ask for objects (s3:GetObject, s3:ListBucket).",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" => "Mend the delivery's region or endpoint.",
        _ => "",
    };

    private static string AdviceToRead(AmazonServiceException answered) => answered.ErrorCode switch
    {
        "NoSuchBucket" => " Create the bucket, or mend 'bucket'.",
        "NoSuchKey" => " Put the object there, or mend 'key'.",
        "SignatureDoesNotMatch" or "InvalidAccessKeyId" => " Mend the access key.",
        "AccessDenied" => " Let the access key read the object (s3:GetObject), or mend it.",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" => " Mend the region or the endpoint.",
        _ => "",
    };

    private static TimeSpan? RetryAfter(AmazonServiceException answered)
    {
        for (Exception? inner = answered; inner is not null; inner = inner.InnerException)
        {
            if (inner is Amazon.Runtime.Internal.HttpErrorResponseException error
                && int.TryParse(
                    error.Response.GetHeaderValue("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture,
                    out var seconds))
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return null;
    }

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;
}
