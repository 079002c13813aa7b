namespace EdgeStream.Devices;

/// <summary>How far the time of a reading can be believed. The words stand in records; see
/// <see cref="TimeQualities"/>.</summary>
internal enum TimeQuality
{
    /// <summary>The payload states none, or the route does not ask for it: the time of arrival.</summary>
    Arrival,

    /// <summary>The device states it, with its zone.</summary>
    Device,

    /// <summary>The device states a time without a zone, which the route's <c>zone</c> gives it.</summary>
    Local,

    /// <summary>The device states one that cannot be believed: the time of arrival.</summary>
    Replaced,

    /// <summary>The device states one by a clock that is off, which the route has corrected.</summary>
    Corrected,
}
