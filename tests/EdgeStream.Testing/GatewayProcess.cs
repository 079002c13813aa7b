using System.Diagnostics;
using System.Net.Sockets;

namespace EdgeStream.Testing;

/// <summary>The native gateway as a process of its own: started, asked, killed and started again.</summary>
/// <remarks>Listens on 127.0.0.1 only. A gateway that is still running when the test ends is killed.</remarks>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(GatewayLaunch launch, Process process)
    {
        Launch = launch;
        _process = process;
        Api = new GatewayApi(new Uri($"http://127.0.0.1:{launch.HttpPort}"));
        process.OutputDataReceived += (_, line) => Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => Output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    /// <summary>How it was started.</summary>
    public GatewayLaunch Launch { get; }

    /// <summary>Its HTTP interface.</summary>
    public GatewayApi Api { get; }

    /// <summary>Its MQTT port on 127.0.0.1.</summary>
    public int MqttPort => Launch.MqttPort;

    /// <summary>What it has written so far.</summary>
    public ProcessOutput Output { get; } = new();

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a gateway without waiting for it.</summary>
    public static GatewayProcess Start(GatewayLaunch launch)
    {
        var folder = Directory.CreateDirectory(launch.DataFolder).FullName;
        var commandLine = launch.CommandLine;
        return new GatewayProcess(
            launch, Command.Start(commandLine[0], commandLine.Skip(1), folder, launch.Environment));
    }

    /// <summary>Starts a gateway and waits until it answers over HTTP and accepts MQTT connections.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds its output.</exception>
    /// <exception cref="TimeoutException">It did not answer in time; the message holds its output.</exception>
    public static async Task<GatewayProcess> StartReadyAsync(GatewayLaunch launch)
    {
        var gateway = Start(launch);
        try
        {
            await gateway.WaitUntilReadyAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the gateway answers <c>/health</c> and accepts MQTT connections.</summary>
    public Task WaitUntilReadyAsync() =>
        Poll.UntilAsync(IsReadyAsync, Launch.StartDeadline, () => $"Output:\n{Output}");

    /// <summary>Ends it like a power cut ends a process: no handler runs. Returns when it is gone.</summary>
    public void Kill9()
    {
        UnixSignal.Send(_process.Id, UnixSignal.Kill);
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop and returns its exit code.</summary>
    /// <exception cref="TimeoutException">It was still there after 20 seconds.</exception>
    public async Task<int> TerminateAsync()
    {
        UnixSignal.Send(_process.Id, UnixSignal.Terminate);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The gateway did not stop in time. Output:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to read its configuration again.</summary>
    public void Reload() => UnixSignal.Send(_process.Id, UnixSignal.Hangup);

    /// <summary>Waits until it has ended by itself and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? deadline = null)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline ?? Poll.DefaultDeadline);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The gateway ended with code {_process.ExitCode}. Output:\n{Output}");
        }

        return await Api.IsAnsweringAsync() && await IsMqttListeningAsync();
    }

    private async Task<bool> IsMqttListeningAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", MqttPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
