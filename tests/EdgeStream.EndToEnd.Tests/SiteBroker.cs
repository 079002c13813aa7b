using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Mosquitto as the broker of a site: keeps its sessions in a file, and can be stopped and started
/// again.</summary>
internal sealed class SiteBroker : IAsyncDisposable
{
    private const string Mosquitto = "/usr/sbin/mosquitto";

    private readonly TemporaryFolder _folder = new("mosquitto");
    private readonly string _config;
    private BackgroundCommand? _process;

    private SiteBroker(string more)
    {
        Port = FreePort.Next();
        _config = _folder.Write("mosquitto.conf", $"""
            user root
            listener {Port} 127.0.0.1
            persistence true
            persistence_location {_folder.Path}/
            max_queued_messages 0
            max_inflight_messages 100
            {more}
            """ + "\n");
    }

    /// <summary>The port on 127.0.0.1, kept over restarts.</summary>
    public int Port { get; }

    /// <summary>Starts a broker.</summary>
    /// <param name="more">Further lines of its configuration.</param>
    public static async Task<SiteBroker> StartAsync(string more = "allow_anonymous true")
    {
        var broker = new SiteBroker(more);
        await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>Starts it again on its files.</summary>
    public async Task StartAgainAsync()
    {
        // Line by line, so that what it says can be waited for.
        _process = BackgroundCommand.Start("/usr/bin/stdbuf", "-oL", Mosquitto, "-v", "-c", _config);
        await _process.WaitForAsync("running");
    }

    /// <summary>Stops it in order, so that it saves its sessions.</summary>
    public async Task StopAsync()
    {
        UnixSignal.Send(_process!.Id, UnixSignal.Terminate);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>A file beside its own.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Waits until it has said something.</summary>
    public Task WaitForAsync(string text) => _process!.WaitForAsync(text);

    /// <summary>Whether it has said something.</summary>
    public bool HasSaid(string text) => _process!.Output.Contains(text);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }
}
