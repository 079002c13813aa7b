namespace EdgeStream.Devices;

/// <summary>A buffer of industrial I/O that is captured, in the words of the configuration.</summary>
public sealed record IioBufferOptions
{
    /// <summary>The most channels of one buffer.</summary>
    public const int ChannelsMax = 64;

    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>The device id, which is the partition key of its records.</summary>
    public required string Device { get; init; }

    /// <summary>The stream that takes the records.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>The chip by the name that its driver gives, with <c>@</c> and its device where two have one
    /// name.</summary>
    public required string Chip { get; init; }

    /// <summary>The channels that are captured.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The name of the trigger that begins each scan; null leaves the device's own.</summary>
    public string? Trigger { get; init; }

    /// <summary>How many scans in a second; null leaves what is set.</summary>
    public double? Rate { get; init; }

    /// <summary>How many scans the kernel keeps while they are not read.</summary>
    public int Length { get; init; } = 4096;

    /// <summary>The folder that holds <c>sys</c> and <c>dev</c>.</summary>
    public string Root { get; init; } = "/";

    /// <summary>Whether two are the same in everything, the channels one by one.</summary>
    public bool Equals(IioBufferOptions? other) =>
        other is not null && Name == other.Name && Device == other.Device && Stream == other.Stream
        && Chip == other.Chip && Trigger == other.Trigger && Rate == other.Rate && Length == other.Length
        && Root == other.Root && Channels.SequenceEqual(other.Channels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Device, Chip);
}
