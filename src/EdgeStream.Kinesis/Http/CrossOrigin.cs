using Microsoft.AspNetCore.Http.Features;

namespace EdgeStream.Kinesis;

/// <summary>Requests of web pages from elsewhere (CORS).</summary>
/// <remarks>Where signatures are verified every page may try, as at the service. Where they are not, any page that
/// somebody on this machine opens could read and write streams: none may.</remarks>
internal static class CrossOrigin
{
    private const string Exposed =
        "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date";

    /// <summary>Sets what the page may read.</summary>
    /// <returns>Whether this was the browser's question before the request, which is answered now.</returns>
    /// <exception cref="ApiException">Pages are not served.</exception>
    internal static bool Answer(IHttpRequestFeature request, IHttpResponseFeature response, KinesisAccess access)
    {
        if (request.Headers.Origin.Count == 0)
        {
            return false;
        }

        if (access.IsAnonymous)
        {
            throw new ApiException(
                ErrorType.AccessDenied,
                "Web pages are served only where signatures are verified: configure 'kinesis.credentials'.",
                403);
        }

        response.Headers.AccessControlAllowOrigin = "*";
        if (request.Method != "OPTIONS")
        {
            response.Headers.AccessControlExposeHeaders = Exposed;
            return false;
        }

        response.Headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        response.Headers.AccessControlAllowMethods = request.Headers.AccessControlRequestMethod;
        response.Headers.AccessControlMaxAge = "172800";
        return true;
    }
}
