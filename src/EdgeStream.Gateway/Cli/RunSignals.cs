using System.Runtime.InteropServices;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Cli;

/// <summary>What signals do to a gateway, from before it starts: SIGTERM and SIGINT stop it, SIGHUP reads the
/// configuration again, or stops it when the terminal it belongs to has gone.</summary>
/// <remarks>During the start a first signal is kept until the start is complete; a second one to stop ends the process
/// at once.</remarks>
internal sealed class RunSignals : IDisposable
{
    private readonly TaskCompletionSource<string> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly PosixSignalRegistration[] _registrations;
    private GatewayHost? _host;
    private bool _isReloadDue;

    /// <summary>Handles signals from now on.</summary>
    /// <param name="isInteractive">Whether a person at a terminal started the gateway.</param>
    public RunSignals(bool isInteractive)
    {
        if (!isInteractive)
        {
            IgnoredSignal.Accept(IgnoredSignal.Hangup);
        }

        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, isInteractive ? Stop : Reload),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        ];
    }

    /// <summary>Whether standard input is a terminal and no service manager waits for news.</summary>
    public static bool IsInteractive =>
        !Console.IsInputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    /// <summary>Serves a started gateway until a signal stops it.</summary>
    /// <returns>Which signal.</returns>
    public async Task<string> ServeAsync(GatewayHost host)
    {
        lock (_gate)
        {
            _host = host;
            if (_isReloadDue)
            {
                _ = host.ReloadAsync();
            }
        }

        return await _stop.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        var isFirst = _stop.TrySetResult(signal.Signal.ToString());
        lock (_gate)
        {
            signal.Cancel = isFirst || _host is not null;
        }
    }

    private void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true;
        lock (_gate)
        {
            _isReloadDue = _host is null;
            _ = _host?.ReloadAsync();
        }
    }
}
