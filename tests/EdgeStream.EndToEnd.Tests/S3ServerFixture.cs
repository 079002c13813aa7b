using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>s3rver from npm: can be killed and started again on its files; does not verify signatures.</summary>
public sealed class S3ServerFixture : IAsyncLifetime, IDisposable
{
    private const string Package = "s3rver@3.7.1";
    private const string Key = "S3RVER";
    private const string Bucket = "edge";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private BackgroundCommand? _process;
    private string _modules = "";

    public S3Server Server => new($"http://127.0.0.1:{_port}", Key, Key, Bucket);

    public async Task InitializeAsync()
    {
        _modules = await NodeModules.InstallAsync("s3rver", Package);
        await StartAsync();
    }

    /// <summary>Starts the server on the port and the files it had before.</summary>
    public async Task StartAsync()
    {
        _process = BackgroundCommand.Start(
            "node", Path.Combine(_modules, "s3rver", "bin", "s3rver.js"),
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
