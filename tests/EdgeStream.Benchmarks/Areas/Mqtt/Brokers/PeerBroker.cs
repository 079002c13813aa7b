using EdgeStream.Benchmarks.Areas.Mqtt.Load;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Brokers;

/// <summary>A server of another maker: a command that runs until it is disposed of.</summary>
internal sealed class PeerBroker : IBroker
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly BackgroundCommand _process;

    private PeerBroker(BackgroundCommand process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public int ProcessId => _process.Id;

    /// <summary>Starts a command and waits until it accepts MQTT clients.</summary>
    /// <param name="port">The port that the command was told.</param>
    /// <param name="package">What to install where the program is missing.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<IBroker> StartAsync(int port, string package, string program, params string[] arguments)
    {
        var path = program.Contains('/', StringComparison.Ordinal) ? program : $"/usr/bin/{program}";
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing: install {package}.");
        }

        var broker = new PeerBroker(BackgroundCommand.Start(path, arguments), port);
        await Poll.UntilAsync(broker.Accepts, StartDeadline, broker._process.Output.ToString);
        return broker;
    }

    /// <inheritdoc/>
    public Task<long?> CountStoredAsync() => Task.FromResult<long?>(null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // A script's children outlive it when it is killed.
        foreach (var id in ProcessTree.Of(ProcessId).Skip(1))
        {
            UnixSignal.Send(id, UnixSignal.Kill);
        }

        return _process.DisposeAsync();
    }

    private bool Accepts()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The broker ended:\n{_process.Output}");
        }

        try
        {
            using var connection = LoadConnection.Connect(Port, 0, "probe");
            return true;
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
