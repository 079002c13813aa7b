using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Ceph's S3 server, which verifies signatures; started and stopped by <c>servers/radosgw.sh</c>.</summary>
public sealed class RadosGatewayFixture : IAsyncLifetime
{
    /// <summary>The name of the collection of tests that share it.</summary>
    public const string Name = "radosgw";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(4);
    private readonly string _folder = Directory.CreateTempSubdirectory("edgestream-radosgw-").FullName;
    private S3Server? _server;

    public S3Server Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    private static string Script =>
        RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "servers", "radosgw.sh");

    public async Task InitializeAsync()
    {
        var started = await Command.RunAsync(Script, ["start", _folder], deadline: StartDeadline);
        Assert.True(started.ExitCode == 0, $"{Script} start {_folder}: {started}");
        var values = started.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        _server = new S3Server(values["endpoint"], values["access_key"], values["secret_key"], values["bucket"]);
        using var client = _server.Connect();
        await client.PutBucketAsync(_server.Bucket);
    }

    /// <summary>Kills the process that speaks S3, and starts it again on what is stored.</summary>
    public async Task RestartAsync()
    {
        var restarted = await Command.RunAsync(Script, ["restart", _folder], deadline: StartDeadline);
        Assert.True(restarted.ExitCode == 0, $"{Script} restart {_folder}: {restarted}");
    }

    public async Task DisposeAsync() => await Command.RunAsync(Script, ["stop", _folder]);

    /// <summary>The tests that share it.</summary>
    [CollectionDefinition(Name)]
    public sealed class Collection : ICollectionFixture<RadosGatewayFixture>;
}
