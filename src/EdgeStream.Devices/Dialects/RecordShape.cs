namespace EdgeStream.Devices;

/// <summary>How the readings of a message become records.</summary>
internal enum RecordShape
{
    /// <summary>One record for the readings of one device and time, a member for each.</summary>
    Device,

    /// <summary>One record for each reading.</summary>
    Reading,
}
