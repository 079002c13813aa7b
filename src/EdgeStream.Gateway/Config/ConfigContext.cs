namespace EdgeStream.Gateway.Config;

/// <summary>What the machine and the command line add to the file.</summary>
internal sealed record ConfigContext
{
    /// <summary>The host name, the default of the node's id.</summary>
    public required string HostName { get; init; }

    /// <summary>The data folder where neither the command line nor the file names one.</summary>
    public required string DataFolderDefault { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Reads the files that the MQTT server's keys name; null leaves them unread, for commands that serve
    /// nobody.</summary>
    public MqttFiles? MqttFiles { get; init; } = MqttFiles.OfMachine;

    /// <summary>What the command line says, which counts before the file.</summary>
    public ConfigOverrides Overrides { get; init; } = new();

    /// <summary>The context of this process.</summary>
    public static ConfigContext OfProcess(ConfigOverrides overrides) => Of(overrides, DataFolder.Default());

    /// <summary>The context of a command that only looks at what a gateway has left.</summary>
    public static ConfigContext ToRead() =>
        Of(new ConfigOverrides(), DataFolder.ToRead()) with { MqttFiles = null };

    private static ConfigContext Of(ConfigOverrides overrides, string dataFolderDefault) => new()
    {
        HostName = System.Environment.MachineName,
        DataFolderDefault = dataFolderDefault,
        Environment = System.Environment.GetEnvironmentVariable,
        Overrides = overrides,
    };
}
