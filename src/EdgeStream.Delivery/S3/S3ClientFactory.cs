using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace EdgeStream.Delivery;

/// <summary>Makes the clients of S3, whose connections count.</summary>
/// <remarks>Each client of the SDK keeps its own. A request's time limit is the destination's.</remarks>
internal sealed class S3ClientFactory(S3DestinationOptions options, WireMeter wire) : HttpClientFactory
{
    private const int RepeatsMax = 1;

    private static readonly TimeSpan ConnectTimeoutMax = TimeSpan.FromSeconds(15);

    /// <summary>A client whose connections count; finds the credentials, asks no network.</summary>
    /// <remarks>It repeats a request once only, which is how it corrects a board's wrong clock; pacing is the
    /// caller's.</remarks>
    /// <exception cref="AmazonClientException">There are no such credentials.</exception>
    public static AmazonS3Client CreateClient(S3DestinationOptions options, WireMeter wire)
    {
        var configuration = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            MaxErrorRetry = RepeatsMax,
            Timeout = Timeout.InfiniteTimeSpan,
            HttpClientFactory = new S3ClientFactory(options, wire),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is null)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            configuration.ServiceURL = options.Endpoint;
            configuration.AuthenticationRegion = options.Region;
        }

        return new AmazonS3Client(
            AwsCredentials.Find(options.AccessKeyId, options.SecretAccessKey, options.Profile), configuration);
    }

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
