using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The deliveries; each can be added, changed and taken away while the others go on.</summary>
/// <remarks>Thread-safe for reading. A delivery that is taken away keeps its progress: under the same name it goes on there.</remarks>
internal sealed class DeliveryFront(StreamStore store, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private volatile IReadOnlyList<(DeliveryConfig Config, DeliveryEngine Engine)> _running = [];

    /// <summary>Every delivery's numbers, in the order of the configuration.</summary>
    public IReadOnlyList<DeliveryStatus> Status() => [.. _running.SelectMany(entry => entry.Engine.Status())];

    /// <summary>Starts what is new, stops what is gone, restarts what has changed, and leaves the rest alone.</summary>
    public async Task UseAsync(IReadOnlyList<DeliveryConfig> configs)
    {
        var old = _running;
        await StopAsync([.. old.Where(entry => !configs.Contains(entry.Config))]);
        var running = new List<(DeliveryConfig, DeliveryEngine)>();
        foreach (var config in configs)
        {
            var kept = old.FirstOrDefault(entry => entry.Config == config).Engine;
            running.Add((config, kept ?? await StartAsync(config)));
        }

        _running = running;
    }

    /// <summary>Stops all of them; what is collected is sent to destinations that answer in time.</summary>
    public async ValueTask DisposeAsync()
    {
        var running = _running;
        _running = [];
        await StopAsync(running);
    }

    /// <summary>A delivery in the words of its room.</summary>
    public static DeliveryDefinition DefinitionOf(DeliveryConfig config) => new()
    {
        Name = config.Name,
        Stream = config.Stream,
        Prefix = config.Prefix,
        BufferBytes = config.BufferSizeBytes,
        BufferSeconds = (int)config.BufferTime.TotalSeconds,
        Destination = DestinationOf(config),
    };

    private static DestinationOptions DestinationOf(DeliveryConfig config)
    {
        if (config.S3 is { } s3)
        {
            return new S3DestinationOptions
            {
                Endpoint = s3.Endpoint,
                Region = s3.Region,
                Bucket = s3.Bucket,
                PathStyle = s3.PathStyle,
                AccessKeyId = s3.AccessKey,
                SecretAccessKey = s3.SecretKey,
            };
        }

        var folder = config.Folder ?? new FolderConfig("", 0);
        return new FolderDestinationOptions { Path = folder.Path, MaximumBytes = folder.SizeBytesMax };
    }

    private static Task StopAsync(IReadOnlyList<(DeliveryConfig Config, DeliveryEngine Engine)> entries) =>
        Task.WhenAll(entries.Select(entry => entry.Engine.DisposeAsync().AsTask()));

    private async Task<DeliveryEngine> StartAsync(DeliveryConfig config)
    {
        var engine = new DeliveryEngine(store, [DefinitionOf(config)], time, loggers);
        await engine.StartAsync();
        return engine;
    }
}
