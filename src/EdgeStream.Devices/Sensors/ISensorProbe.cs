namespace EdgeStream.Devices;

/// <summary>Reads one sensor that is there.</summary>
internal interface ISensorProbe
{
    /// <summary>Reads it now, which takes as long as the kernel takes.</summary>
    /// <exception cref="IOException">There is no value; the message says why.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway's user may not read it.</exception>
    SensorValue Read();
}
