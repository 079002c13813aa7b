using System.Globalization;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Prometheus on 127.0.0.1 that scrapes nothing and takes remote write.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const string Server = "/usr/bin/prometheus";

    private readonly TemporaryFolder _folder = new("prometheus");
    private readonly HttpClient _client = new();
    private readonly string _config;
    private BackgroundCommand? _process;

    private PrometheusServer() => _config = _folder.Write("prometheus.yml", "global: {scrape_interval: 1h}\n");

    public int Port { get; } = FreePort.Next();

    public string Url => $"http://127.0.0.1:{Port}";

    public static async Task<PrometheusServer> StartAsync()
    {
        var server = new PrometheusServer();
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = BackgroundCommand.Start(
            Server, $"--config.file={_config}", $"--storage.tsdb.path={_folder.Combine("data")}",
            $"--web.listen-address=127.0.0.1:{Port}", "--web.enable-remote-write-receiver");
        await KinesisEmulator.WaitForAsync(Port);
        await Poll.UntilAsync(
            async () => (await _client.GetAsync($"{Url}/-/ready")).IsSuccessStatusCode, DeliveredReadings.Deadline,
            () => "Prometheus does not become ready.");
    }

    public async Task KillAsync()
    {
        UnixSignal.Send(_process!.Id, UnixSignal.Kill);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    /// <summary>All samples of a metric of the last day: the label <c>key</c> and the value, each series in the order
    /// of its times.</summary>
    public async Task<IReadOnlyList<(string Key, int Value)>> SamplesAsync(string metric)
    {
        var text = await _client.GetStringAsync($"{Url}/api/v1/query?query={Uri.EscapeDataString($"{metric}[1d]")}");
        var samples = new List<(string, int)>();
        foreach (var series in JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result")
            .EnumerateArray())
        {
            var key = series.GetProperty("metric").GetProperty("key").GetString()!;
            foreach (var pair in series.GetProperty("values").EnumerateArray())
            {
                samples.Add((key, int.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture)));
            }
        }

        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
