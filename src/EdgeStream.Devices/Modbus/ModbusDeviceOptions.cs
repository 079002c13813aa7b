namespace EdgeStream.Devices;

/// <summary>One device of a Modbus source, in the words of the configuration.</summary>
public sealed record ModbusDeviceOptions
{
    /// <summary>The device id, which is the partition key of its readings.</summary>
    public required string Name { get; init; }

    /// <summary>Its address on the line, 0 to 255.</summary>
    public byte Unit { get; init; } = 1;

    /// <summary>The time between two readings.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many registers that nobody asked for may be read along, 0 to 100.</summary>
    public int Gap { get; init; }

    /// <summary>The values, as <c>name (unit) = table address type …</c>; 1 to 256.</summary>
    public IReadOnlyList<string> Registers { get; init; } = [];

    /// <summary>What is wrong with the registers; null when nothing is.</summary>
    public string? FindProblem()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in Registers)
        {
            if (ModbusRegister.Parse(text, out var problem) is not { } register)
            {
                return problem;
            }

            if (!names.Add(System.Text.Encoding.UTF8.GetString(register.Name)))
            {
                return $"'{text}' has a name that is there already";
            }
        }

        return Registers.Count is 0 or > DialectField.CountMax
            ? $"there are {Registers.Count} registers; allowed are 1 to {DialectField.CountMax}" : null;
    }

    /// <summary>Whether two are the same in everything, the registers one by one.</summary>
    public bool Equals(ModbusDeviceOptions? other) =>
        other is not null && Name == other.Name && Unit == other.Unit && Period == other.Period && Gap == other.Gap
        && Registers.SequenceEqual(other.Registers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Unit, Period);
}
