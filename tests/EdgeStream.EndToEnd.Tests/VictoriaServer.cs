using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>VictoriaMetrics on 127.0.0.1, which takes points as InfluxDB 2 does.</summary>
internal sealed class VictoriaServer : IAsyncDisposable
{
    private const string Server = "/usr/bin/victoria-metrics";

    private readonly TemporaryFolder _folder = new("victoria-metrics");
    private readonly HttpClient _client = new();
    private BackgroundCommand? _process;

    private VictoriaServer()
    {
    }

    public int Port { get; } = FreePort.Next();

    public string Url => $"http://127.0.0.1:{Port}";

    public static async Task<VictoriaServer> StartAsync()
    {
        var server = new VictoriaServer();
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = BackgroundCommand.Start(
            Server, $"-httpListenAddr=127.0.0.1:{Port}", $"-storageDataPath={_folder.Combine("data")}",
            "-memory.allowedBytes=64MB");
        await KinesisEmulator.WaitForAsync(Port);
    }

    /// <summary>Stops it; what it has answered for is on its disk then.</summary>
    public async Task StopAsync()
    {
        UnixSignal.Send(_process!.Id, UnixSignal.Terminate);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Every value of a metric, with the labels of its series.</summary>
    public async Task<IReadOnlyList<(JsonElement Labels, double Value)>> ReadAsync(string metric)
    {
        using var flushed = await _client.GetAsync($"{Url}/internal/force_flush");
        Assert.True(flushed.IsSuccessStatusCode, $"{flushed}");
        var lines = await _client.GetStringAsync($"{Url}/api/v1/export?match[]={Uri.EscapeDataString(metric)}");
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .SelectMany(series => series.GetProperty("values").EnumerateArray().Select(
                    value => (series.GetProperty("metric"), value.GetDouble()))),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
