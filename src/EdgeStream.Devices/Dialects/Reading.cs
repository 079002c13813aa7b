namespace EdgeStream.Devices;

/// <summary>One value that a device has reported: what every dialect turns its payloads into.</summary>
/// <remarks>Refers to bytes that live as long as the message.</remarks>
internal readonly ref struct Reading
{
    /// <summary>A reading.</summary>
    /// <param name="measurement">What was measured, in UTF-8.</param>
    /// <param name="value">Its value.</param>
    /// <param name="time">When, as far as the payload tells.</param>
    /// <param name="unit">In what, as the device or the dialect says; empty when nobody does.</param>
    /// <param name="device">Who measured it; empty for the device of the message.</param>
    /// <param name="isHistorical">Whether the device says that it kept the reading and sends it late.</param>
    /// <param name="vital">What it tells of the device itself.</param>
    internal Reading(
        ReadOnlySpan<byte> measurement,
        ReadingValue value,
        ReadingTime time = default,
        ReadOnlySpan<byte> unit = default,
        ReadOnlySpan<byte> device = default,
        bool isHistorical = false,
        Vital vital = Vital.None)
    {
        Measurement = measurement;
        Value = value;
        Time = time;
        Unit = unit;
        Device = device;
        IsHistorical = isHistorical;
        Vital = vital;
    }

    internal ReadOnlySpan<byte> Measurement { get; }

    internal ReadingValue Value { get; }

    internal ReadingTime Time { get; }

    internal ReadOnlySpan<byte> Unit { get; }

    internal ReadOnlySpan<byte> Device { get; }

    internal bool IsHistorical { get; }

    internal Vital Vital { get; }
}
