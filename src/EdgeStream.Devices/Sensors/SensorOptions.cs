namespace EdgeStream.Devices;

/// <summary>One sensor of a source, in the words of the configuration.</summary>
public sealed record SensorOptions
{
    /// <summary>What its values are called in the records.</summary>
    public required string Name { get; init; }

    /// <summary>Where the kernel has it, such as <c>hwmon lm75 temp1</c>.</summary>
    public required string Sensor { get; init; }

    /// <summary>The unit that records state; null for the unit of its kind.</summary>
    public string? Unit { get; init; }

    /// <summary>The time between two readings.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What makes the true value of what it shows.</summary>
    public Calibration Calibration { get; init; } = Calibration.None;

    /// <summary>The lowest value that is believed, after the calibration.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The highest value that is believed.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Values that differ by less from the last one recorded are not recorded; 0 for those that are the same;
    /// null records all.</summary>
    public double? Deadband { get; init; }

    /// <summary>After which time a value is recorded again though it has not changed.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with the address; null when nothing is.</summary>
    public string? FindProblem() => SensorAddress.Parse(Sensor, out var problem) is null ? problem : null;
}
