namespace EdgeStream.Devices;

/// <summary>Sensors of the kernel that make the records of one device.</summary>
public sealed record SensorSourceOptions
{
    /// <summary>The most sensors of a source.</summary>
    public const int SensorsMax = 256;

    /// <summary>The most chips of a source: each is read by a thread of its own.</summary>
    public const int ChipsMax = 32;

    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>The device id, which is the partition key of its records.</summary>
    public required string Device { get; init; }

    /// <summary>The stream that takes the records.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>How long a chip may take for each of its values before it counts as stuck.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The folder that holds <c>sys</c> and <c>dev</c>.</summary>
    public string Root { get; init; } = "/";

    /// <summary>The sensors; at most <see cref="SensorsMax"/> of at most <see cref="ChipsMax"/> chips.</summary>
    public IReadOnlyList<SensorOptions> Sensors { get; init; } = [];

    /// <summary>What is wrong with the sensors together; null when nothing is.</summary>
    public string? FindProblem()
    {
        var chips = Sensors.Select(static sensor => SensorAddress.Parse(sensor.Sensor, out _)?.ChipText)
            .Where(static chip => chip is not null).Distinct(StringComparer.Ordinal).Count();
        return chips > ChipsMax
            ? $"there are {chips} chips; at most {ChipsMax} are allowed in one source, make another" : null;
    }

    /// <summary>Whether two are the same in everything, the sensors one by one.</summary>
    public bool Equals(SensorSourceOptions? other) =>
        other is not null && Name == other.Name && Device == other.Device && Stream == other.Stream
        && Timeout == other.Timeout && Root == other.Root && Sensors.SequenceEqual(other.Sensors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Device, Stream);
}
