namespace EdgeStream.Devices;

/// <summary>An edge of a line, as the kernel has stamped it.</summary>
/// <param name="Nanoseconds">When, by the monotonic clock.</param>
/// <param name="IsRising">Whether the line went on; with an active low line, whether its level went down.</param>
/// <param name="Number">The line's edges are numbered from 1; a number that is left out was lost.</param>
internal readonly record struct GpioEdge(long Nanoseconds, bool IsRising, uint Number);
