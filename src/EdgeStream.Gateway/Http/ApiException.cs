namespace EdgeStream.Gateway.Http;

/// <summary>Ends a request with an <see cref="ApiError"/>.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    /// <summary>What the client is told.</summary>
    public ApiError Error { get; } = error;
}
