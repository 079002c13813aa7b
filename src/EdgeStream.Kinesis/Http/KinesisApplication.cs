using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Kinesis;

/// <summary>Takes requests from the web server.</summary>
internal sealed class KinesisApplication(KinesisService service, ILoggerFactory loggers)
    : IHttpApplication<IFeatureCollection>
{
    private readonly ILogger _logger = loggers.CreateLogger<KinesisService>();

    /// <inheritdoc/>
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        using var exchange = new Exchange(context, service, _logger);
        await exchange.RunAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }
}
