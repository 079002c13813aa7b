using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>s3rver on Node.js: an S3 server that keeps objects as files and verifies no signature.</summary>
internal sealed class S3Sink : IAsyncDisposable
{
    /// <summary>Its only key, and that key's secret.</summary>
    public const string Key = "S3RVER";

    /// <summary>Its only bucket.</summary>
    public const string Bucket = "edge";

    private const string Version = "3.7.1";

    private readonly TemporaryFolder _folder;
    private readonly IServerProcess _server;

    private S3Sink(TemporaryFolder folder, IServerProcess server)
    {
        _folder = folder;
        _server = server;
    }

    /// <summary>Where it listens.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}");

    /// <summary>The contents of all objects, one file each.</summary>
    public IReadOnlyList<string> ObjectFiles() =>
    [
        .. Directory.EnumerateFiles(_folder.Path, "*._S3rver_object", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Starts it on an empty folder.</summary>
    public static async Task<S3Sink> StartAsync()
    {
        var package = await NodePackage.InstallAsync("s3rver", Version);
        var folder = new TemporaryFolder("s3");
        var port = FreePort.Next();
        var server = await PortServer.StartNodeAsync(
            port, [], Path.Combine(package, "bin", "s3rver.js"), "--address", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture), "--directory", folder.Path,
            "--configure-bucket", Bucket, "--silent");
        return new S3Sink(folder, server);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
