using Amazon.Runtime;

namespace EdgeStream.Delivery;

/// <summary>Makes the clients of S3, whose connections count.</summary>
/// <remarks>Each client of the SDK keeps its own. A request's time limit is the destination's.</remarks>
internal sealed class S3ClientFactory(S3DestinationOptions options, WireMeter wire) : HttpClientFactory
{
    private static readonly TimeSpan ConnectTimeoutMax = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = timeout < ConnectTimeoutMax ? timeout : ConnectTimeoutMax,
            ConnectCallback = wire.ConnectAsync,
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
