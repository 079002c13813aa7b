using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>InfluxDB 1 on 127.0.0.1 with one database, <c>telemetry</c>.</summary>
internal sealed class InfluxServer : IAsyncDisposable
{
    private const string Server = "/usr/bin/influxd";

    private readonly TemporaryFolder _folder = new("influxdb");
    private readonly HttpClient _client = new();
    private readonly string _config;
    private BackgroundCommand? _process;

    private InfluxServer() => _config = _folder.Write("influxdb.conf", $"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{FreePort.Next()}"
        [meta]
          dir = "{_folder.Combine("meta")}"
        [data]
          dir = "{_folder.Combine("data")}"
          wal-dir = "{_folder.Combine("wal")}"
        [http]
          bind-address = "127.0.0.1:{Port}"
        [monitor]
          store-enabled = false
        """);

    public int Port { get; } = FreePort.Next();

    public string Url => $"http://127.0.0.1:{Port}";

    public static async Task<InfluxServer> StartAsync()
    {
        var server = new InfluxServer();
        await server.StartAgainAsync();
        await server.AskAsync("CREATE DATABASE telemetry");
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = BackgroundCommand.Start(Server, "-config", _config);
        await KinesisEmulator.WaitForAsync(Port);
    }

    public async Task KillAsync()
    {
        UnixSignal.Send(_process!.Id, UnixSignal.Kill);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    /// <summary>The rows of a statement's first series; none where there is no series.</summary>
    public async Task<IReadOnlyList<JsonElement>> AskAsync(string statement)
    {
        using var answer = await _client.PostAsync(
            $"{Url}/query?db=telemetry&epoch=ns&q={Uri.EscapeDataString(statement)}", null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var result = JsonDocument.Parse(text).RootElement.GetProperty("results")[0];
        Assert.False(result.TryGetProperty("error", out var error), $"{error}");
        return result.TryGetProperty("series", out var series)
            ? [.. series[0].GetProperty("values").EnumerateArray()] : [];
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
