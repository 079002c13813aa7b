namespace EdgeStream.Devices;

/// <summary>Input lines that make the records of one device.</summary>
public sealed record GpioSourceOptions
{
    /// <summary>The most lines of a source.</summary>
    public const int LinesMax = ReadyFiles.CountMax;

    /// <summary>The source's name.</summary>
    public required string Name { get; init; }

    /// <summary>The device id, which is the partition key of its records.</summary>
    public required string Device { get; init; }

    /// <summary>The stream that takes the records.</summary>
    public string Stream { get; init; } = "readings";

    /// <summary>The lines; at most <see cref="LinesMax"/>.</summary>
    public IReadOnlyList<GpioInputOptions> Lines { get; init; } = [];

    /// <summary>Whether two are the same in everything, the lines one by one.</summary>
    public bool Equals(GpioSourceOptions? other) =>
        other is not null && Name == other.Name && Device == other.Device && Stream == other.Stream
        && Lines.SequenceEqual(other.Lines);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Device, Stream);
}
