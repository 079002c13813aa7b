namespace EdgeStream.Devices;

/// <summary>A buffer of industrial I/O that the kernel has, as <see cref="IioBuffers"/> finds it.</summary>
/// <param name="Chip">The chip, as the configuration writes it.</param>
/// <param name="Channels">What its scans may have, the time stamp left out.</param>
/// <param name="Trigger">What begins its scans now; empty for nothing.</param>
/// <param name="Triggers">All triggers that the kernel has.</param>
/// <param name="Rate">Scans in a second, where the chip has a rate of its own.</param>
public sealed record OfferedBuffer(
    string Chip, IReadOnlyList<string> Channels, string Trigger, IReadOnlyList<string> Triggers, double? Rate);
