using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>s3rver from npm: can be killed and started again on its files; does not verify signatures.</summary>
public sealed class S3ServerFixture : IAsyncLifetime, IDisposable
{
    private const string Package = "s3rver@3.7.1";
    private const string Key = "S3RVER";
    private const string Bucket = "edge";
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private BackgroundCommand? _process;

    public S3Server Server => new($"http://127.0.0.1:{_port}", Key, Key, Bucket);

    private static string Modules => RepositoryFolder.Combine("artifacts", "peers", "s3rver");

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path.Combine(Modules, "node_modules", "s3rver", "bin", "s3rver.js")))
        {
            Directory.CreateDirectory(Modules);
            var installed = await Command.RunAsync(
                "npm", ["install", "--prefix", Modules, "--no-audit", "--no-fund", Package], deadline: InstallDeadline);
            Assert.True(installed.ExitCode == 0, $"npm install {Package}: {installed}");
        }

        await StartAsync();
    }

    /// <summary>Starts the server on the port and the files it had before.</summary>
    public async Task StartAsync()
    {
        _process = BackgroundCommand.Start(
            "node", Path.Combine(Modules, "node_modules", "s3rver", "bin", "s3rver.js"),
            "--address", "127.0.0.1", "--port", $"{_port}", "--directory", _folder.Path, "--configure-bucket", Bucket);
        await _process.WaitForAsync("listening");
    }

    /// <summary>Kills the server, whatever it is doing.</summary>
    public async Task KillAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }

    public Task DisposeAsync() => KillAsync();

    public void Dispose() => _folder.Dispose();
}
