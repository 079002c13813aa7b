using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>The ids that every answer carries, so that a client's log and the gateway's can be put together.</summary>
internal static class RequestIds
{
    private const int ExtendedSizeBytes = 72;

    /// <summary>Sets them.</summary>
    /// <returns>The request id.</returns>
    internal static string Set(IHeaderDictionary headers)
    {
        Span<byte> random = stackalloc byte[16 + ExtendedSizeBytes];
        Random.Shared.NextBytes(random);
        var id = new Guid(random[..16]).ToString();
        headers["x-amzn-RequestId"] = id;
        headers["x-amz-id-2"] = Convert.ToBase64String(random[16..]);
        return id;
    }
}
