namespace EdgeStream.Devices;

/// <summary>The two halves of a device twin.</summary>
public enum TwinPart
{
    /// <summary>What the device is to be; written by applications.</summary>
    Desired,

    /// <summary>What the device is; written by the device.</summary>
    Reported,
}
