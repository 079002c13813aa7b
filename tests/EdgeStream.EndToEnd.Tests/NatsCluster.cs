using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>nats-server with JetStream on 127.0.0.1: one, or several as a cluster.</summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    private const string Server = "/usr/sbin/nats-server";
    private const string Package = "nats@2.29.3";

    private readonly TemporaryFolder _folder = new("nats");
    private readonly List<BackgroundCommand> _servers = [];
    private readonly string _modules;
    private readonly int[] _ports;
    private readonly int[] _routes;
    private readonly string _more;

    private NatsCluster(string modules, int count, string more)
    {
        _modules = modules;
        _more = more;
        _ports = [.. Enumerable.Range(0, count).Select(_ => FreePort.Next())];
        _routes = [.. Enumerable.Range(0, count).Select(_ => FreePort.Next())];
    }

    /// <summary>The URLs of all servers.</summary>
    public string Urls => string.Join(',', _ports.Select(port => $"nats://127.0.0.1:{port}"));

    /// <summary>The port of a server.</summary>
    public int Port(int server) => _ports[server];

    public static async Task<NatsCluster> StartAsync(int count = 1, string more = "")
    {
        var modules = await KinesisWorld.InstallAsync("nats-2.29.3", Package);
        var cluster = new NatsCluster(modules, count, more);
        for (var i = 0; i < count; i++)
        {
            cluster._servers.Add(cluster.Start(i));
        }

        foreach (var server in cluster._servers)
        {
            await server.WaitForAsync("Server is ready");
        }

        return cluster;
    }

    /// <summary>Kills a server.</summary>
    public async Task KillAsync(int server)
    {
        UnixSignal.Send(_servers[server].Id, UnixSignal.Kill);
        await _servers[server].WaitForExitAsync();
    }

    /// <summary>Starts a killed one again on its files.</summary>
    public async Task StartAgainAsync(int server)
    {
        await _servers[server].DisposeAsync();
        _servers[server] = Start(server);
        await _servers[server].WaitForAsync("Server is ready");
    }

    /// <summary>Makes a stream.</summary>
    public Task MakeStreamAsync(string name, string subjects, int replicas) =>
        RunAsync("make", name, subjects, replicas.ToString(CultureInfo.InvariantCulture));

    /// <summary>All messages of a stream: subject, id, payload.</summary>
    public async Task<IReadOnlyList<string[]>> ReadAsync(string name) =>
        [.. (await RunAsync("read", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Asks until the servers have agreed on who leads: before that they do not answer.</summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        CommandResult? result = null;
        await Poll.UntilAsync(
            async () =>
            {
                result = await AskAsync(arguments);
                return result.ExitCode == 0 || !result.Error.Contains("TIMEOUT", StringComparison.Ordinal);
            },
            DeliveredReadings.Deadline);
        Assert.True(result!.ExitCode == 0, $"{result}");
        return result.Output;
    }

    private Task<CommandResult> AskAsync(params string[] arguments) => Command.RunAsync(
        "node",
        [
            RepositoryFolder.Combine("tests", "EdgeStream.EndToEnd.Tests", "nats", "stream.mjs"), _modules,
            Urls.Replace("nats://", "", StringComparison.Ordinal), .. arguments,
        ],
        deadline: DeliveredReadings.Deadline);

    private BackgroundCommand Start(int server)
    {
        var routes = string.Join(", ", _routes.Select(port => $"nats-route://127.0.0.1:{port}"));
        var cluster = _ports.Length == 1 ? "" : $$"""
            cluster { name: "c", listen: "127.0.0.1:{{_routes[server]}}", routes: [{{routes}}] }
            """;
        var config = _folder.Write($"nats-{server}.conf", $$"""
            server_name: "n{{server}}"
            listen: "127.0.0.1:{{_ports[server]}}"
            jetstream { store_dir: "{{_folder.Combine($"store-{server}")}}" }
            {{cluster}}
            {{_more}}
            """);
        return BackgroundCommand.Start(Server, "-c", config);
    }
}
