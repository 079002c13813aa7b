namespace EdgeStream.Devices;

/// <summary>A line with Modbus devices: a TCP server, or a serial line.</summary>
public sealed record ModbusSourceOptions
{
    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>The server's name or address; empty for a serial line.</summary>
    public string Host { get; init; } = "";

    /// <summary>The server's port.</summary>
    public int Port { get; init; } = 502;

    /// <summary>The serial line; null for a server.</summary>
    public SerialSettings? Serial { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The stream that takes the readings.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>The devices; 1 to 247.</summary>
    public IReadOnlyList<ModbusDeviceOptions> Devices { get; init; } = [];

    /// <summary>Where the devices are, for a person.</summary>
    public string Target => Serial?.Path ?? $"{Host}:{Port}";

    /// <summary>Whether two are the same in everything, the devices one by one.</summary>
    public bool Equals(ModbusSourceOptions? other) =>
        other is not null && Name == other.Name && Host == other.Host && Port == other.Port && Serial == other.Serial
        && Timeout == other.Timeout && Stream == other.Stream && Devices.SequenceEqual(other.Devices);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Host, Port);
}
