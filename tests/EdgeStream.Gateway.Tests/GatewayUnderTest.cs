using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests;

/// <summary>A gateway in this process on free ports, with a folder and a configuration file of its own.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    /// <summary>No readings of the gateway's own, no deliveries: a test sees only what it sends.</summary>
    public const string Quiet = "sensors: {board: {enabled: false}}\ndeliveries: []\nrules: []\n";

    private readonly TemporaryFolder _folder = new("gateway");
    private readonly StringWriter _log = new();
    private HttpClient? _client;
    private GatewayStart? _start;

    private GatewayUnderTest()
    {
    }

    public GatewayHost Host { get; private set; } = null!;

    public HttpClient Client => _client!;

    public string ConfigFile => _folder.Combine("edgestream.yaml");

    public string DataFolder => _folder.Combine("data");

    /// <summary>What was logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public static async Task<GatewayUnderTest> StartAsync(
        string yaml = Quiet, ConfigOverrides? overrides = null, Func<GatewayStart, GatewayStart>? change = null)
    {
        var gateway = new GatewayUnderTest();
        var file = gateway._folder.Write("edgestream.yaml", yaml);
        var context = ConfigText.Context with
        {
            Overrides = (overrides ?? new ConfigOverrides()) with
            {
                DataFolder = gateway.DataFolder, HttpPort = 0, MqttPort = 0,
            },
        };
        var config = ConfigLoader.Load(file, context);
        var level = new LogLevelSwitch(config.LogLevel);
        var start = new GatewayStart
        {
            Config = config,
            Reload = () => ConfigLoader.Load(file, context),
            Loggers = new LineLoggerFactory(TextWriter.Synchronized(gateway._log), level, false, TimeProvider.System),
            LogLevel = level,
        };
        gateway._start = change?.Invoke(start) ?? start;
        await gateway.StartHostAsync();
        return gateway;
    }

    /// <summary>Stops it and starts it anew on the same folder, on other ports, with the
    /// configuration that its file has then.</summary>
    public async Task RestartAsync()
    {
        _client?.Dispose();
        await Host.DisposeAsync();
        _start = _start! with { Config = _start.Reload() };
        await StartHostAsync();
    }

    /// <summary>Writes another configuration and has it read.</summary>
    public Task ReloadAsync(string yaml)
    {
        _folder.Write("edgestream.yaml", yaml);
        return Host.ReloadAsync();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await Client.GetByteArrayAsync(path));
        return document.RootElement.Clone();
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await Client.SendAsync(request);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return ((int)response.StatusCode, document.RootElement.Clone());
    }

    public Task<(int Status, JsonElement Body)> PostAsync(string stream, string json) =>
        SendAsync(HttpMethod.Post, $"/api/streams/{stream}/records", json);

    private async Task StartHostAsync()
    {
        Host = await GatewayHost.StartAsync(_start!);
        _client = new HttpClient { BaseAddress = new Uri($"http://{Host.HttpEndpoint}") };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
