namespace EdgeStream.Devices;

/// <summary>What becomes of the times of a device whose own clock is off.</summary>
internal enum DeviceTimeRule
{
    /// <summary>They count, as far as they are plausible.</summary>
    Trust,

    /// <summary>They are moved by what the clock is off.</summary>
    Correct,

    /// <summary>The time of arrival counts.</summary>
    Arrival,
}
