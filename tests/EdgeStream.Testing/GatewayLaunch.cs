namespace EdgeStream.Testing;

/// <summary>How a gateway process is started.</summary>
public sealed record GatewayLaunch
{
    /// <summary>The data folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The configuration file; null for none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The port of the dashboard and the API, kept over restarts.</summary>
    public int HttpPort { get; init; } = FreePort.Next();

    /// <summary>The port of the MQTT listener, kept over restarts.</summary>
    public int MqttPort { get; init; } = FreePort.Next();

    /// <summary>Whether simulated sensors run.</summary>
    public bool Demo { get; init; }

    /// <summary>A command that replaces itself by the gateway, such as one that first makes a mount; empty for
    /// none.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    /// <summary>Environment variables beside those of the test.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The executable.</summary>
    public string Binary { get; init; } = NativeBinary.Path;

    /// <summary>How long the gateway may take to answer.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The whole command line, program first.</summary>
    public IReadOnlyList<string> CommandLine =>
    [
        .. Wrapper,
        Binary,
        "run",
        .. ConfigFile is null ? Array.Empty<string>() : ["--config", ConfigFile],
        "--data", DataFolder,
        "--http-port", $"{HttpPort}",
        "--mqtt-port", $"{MqttPort}",
        .. Demo ? ["--demo"] : Array.Empty<string>(),
    ];
}
