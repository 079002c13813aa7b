using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>What a gateway is started with.</summary>
internal sealed record GatewayStart
{
    /// <summary>The configuration of the start.</summary>
    public required GatewayConfig Config { get; init; }

    /// <summary>Reads the configuration again; throws <see cref="ConfigException"/> when it is refused.</summary>
    public required Func<GatewayConfig> Reload { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Their level, which a reload may change.</summary>
    public required LogLevelSwitch LogLevel { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The file system under the streams.</summary>
    public IDisk Disk { get; init; } = new NativeDisk();

    /// <summary>The value of <c>$NOTIFY_SOCKET</c>.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>The value of <c>$WATCHDOG_USEC</c>.</summary>
    public string? WatchdogMicroseconds { get; init; }
}
