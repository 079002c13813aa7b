using System.Globalization;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Gateway.Logging;

namespace EdgeStream.Gateway.Composition;

/// <summary>Tells systemd how the service does, by datagrams to <c>$NOTIFY_SOCKET</c>.</summary>
/// <remarks>Source: sd_notify(3). Without the variable everything here does nothing. A failure to send is logged
/// once.</remarks>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly ILogger<ServiceNotifier> _logger;
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private bool _hasFailed;

    /// <summary>Takes the values of <c>$NOTIFY_SOCKET</c> and <c>$WATCHDOG_USEC</c>; null where they are not
    /// set.</summary>
    public ServiceNotifier(string? notifySocket, string? watchdogMicroseconds, ILogger<ServiceNotifier> logger)
    {
        _logger = logger;
        if (string.IsNullOrEmpty(notifySocket))
        {
            return;
        }

        // A name that starts with @ lives in the abstract namespace, where its first byte is zero.
        _address = new UnixDomainSocketEndPoint(notifySocket[0] == '@' ? $"\0{notifySocket[1..]}" : notifySocket);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        if (long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0)
        {
            WatchdogPeriod = TimeSpan.FromMicroseconds(microseconds / 2.0);
        }
    }

    /// <summary>How often the watchdog is to be told, half of what it waits; null when there is none.</summary>
    public TimeSpan? WatchdogPeriod { get; }

    /// <summary>The notifier of this process.</summary>
    public static ServiceNotifier OfProcess(ILogger<ServiceNotifier> logger) => new(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        logger);

    /// <summary>The start is complete: the listeners accept.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The configuration is being read again.</summary>
    public void Reloading(TimeSpan monotonicNow) =>
        Send(string.Create(
            CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={(long)monotonicNow.TotalMicroseconds}"));

    /// <summary>The stop has begun.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>The service is alive and does its job.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(message), _address!);
        }
        catch (SocketException error) when (!_hasFailed)
        {
            _hasFailed = true;
            _logger.NotifyFailed(error);
        }
        catch (SocketException)
        {
            // Said once already; the service manager notices by its own time limits.
        }
    }
}
