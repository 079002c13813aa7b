namespace EdgeStream.Devices;

/// <summary>A line that the kernel has, as <see cref="GpioChips"/> finds it.</summary>
/// <param name="Chip">The chip's device.</param>
/// <param name="Label">What the driver calls the chip.</param>
/// <param name="Line">The line's number on it.</param>
/// <param name="Name">What the board calls it; empty for nothing.</param>
/// <param name="User">Who has taken it; empty for nobody.</param>
/// <param name="IsOutput">Whether it is driven now.</param>
public sealed record OfferedLine(string Chip, string Label, int Line, string Name, string User, bool IsOutput);
