namespace EdgeStream.Devices;

/// <summary>How a serial line is set: 8 data bits always.</summary>
/// <param name="Path">The device file.</param>
/// <param name="BaudRate">1200 to 115200, one of the usual rates.</param>
/// <param name="Parity"><c>none</c>, <c>even</c> or <c>odd</c>.</param>
/// <param name="StopBits">1 or 2.</param>
public sealed record SerialSettings(string Path, int BaudRate, string Parity, int StopBits)
{
    /// <summary>The rates that a line may have.</summary>
    public static IReadOnlyList<int> BaudRates { get; } = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];
}
