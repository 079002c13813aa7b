using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A data folder, a configuration and the gateway that runs on them, all gone when the test is over.</summary>
internal sealed class GatewayWorld : IAsyncDisposable
{
    private const string MosquittoPub = "/usr/bin/mosquitto_pub";
    private const string MosquittoSub = "/usr/bin/mosquitto_sub";

    private readonly TemporaryFolder _folder;

    private GatewayWorld(TemporaryFolder folder, GatewayLaunch launch)
    {
        _folder = folder;
        Launch = launch;
        Gateway = null!;
    }

    /// <summary>How the gateway is started.</summary>
    public GatewayLaunch Launch { get; private set; }

    /// <summary>The gateway that runs now.</summary>
    public GatewayProcess Gateway { get; private set; }

    /// <summary>The gateway's HTTP interface.</summary>
    public GatewayApi Api => Gateway.Api;

    /// <summary>The gateway's data.</summary>
    public string DataFolder => Launch.DataFolder;

    /// <summary>A path beside the data folder.</summary>
    public string Path(string name) => _folder.Combine(name);

    /// <summary>Starts a gateway on an empty data folder; a null configuration means the defaults of a fresh
    /// machine.</summary>
    public static async Task<GatewayWorld> StartAsync(
        string purpose, string? config = QuietConfig.Text, bool demo = false, IReadOnlyList<string>? wrapper = null)
    {
        var folder = new TemporaryFolder(purpose);
        var world = new GatewayWorld(folder, new GatewayLaunch
        {
            DataFolder = folder.Combine("data"),
            ConfigFile = config is null ? null : folder.Write("edgestream.yaml", config),
            Demo = demo,
            Wrapper = wrapper ?? [],
        });
        try
        {
            await world.StartAgainAsync();
            return world;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts the gateway again on the same folder, after it was killed or has stopped.</summary>
    public async Task StartAgainAsync()
    {
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        Gateway = await GatewayProcess.StartReadyAsync(Launch);
    }

    /// <summary>Replaces the configuration file's text.</summary>
    public void WriteConfig(string text) => _folder.Write("edgestream.yaml", text);

    /// <summary>Publishes one message with mosquitto_pub and returns how it went.</summary>
    public Task<CommandResult> PublishAsync(string topic, string payload, int qos = 1, params string[] more) =>
        Command.RunAsync(MosquittoPub,
        [
            "-h", "127.0.0.1", "-p", Number(Launch.MqttPort), "-t", topic, "-m", payload, "-q", Number(qos), .. more,
        ]);

    /// <summary>Starts mosquitto_sub and returns once its subscription is acknowledged. Each message is a line <c>topic
    /// payload</c>.</summary>
    public async Task<BackgroundCommand> SubscribeAsync(string filter, params string[] more)
    {
        // Its debug lines would stay in its buffer; line by line they tell when the subscription counts.
        var subscriber = BackgroundCommand.Start("/usr/bin/stdbuf",
        [
            "-oL", MosquittoSub, "-h", "127.0.0.1", "-p", Number(Launch.MqttPort),
            "-t", filter, "-q", "1", "-v", "-d", .. more,
        ]);
        await subscriber.WaitForAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    /// <summary>Waits until a stream holds at least so many records and returns them all.</summary>
    public async Task<IReadOnlyList<ApiRecord>> RecordsAsync(string stream, int countMin, TimeSpan? deadline = null)
    {
        IReadOnlyList<ApiRecord> records = [];
        await Poll.UntilAsync(
            async () => (records = await Api.ReadAllAsync(stream)).Count >= countMin,
            deadline,
            () => $"{records.Count} of {countMin} records\n{Gateway.Output}");
        return records;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
