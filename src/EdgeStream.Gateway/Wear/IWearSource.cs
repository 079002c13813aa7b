namespace EdgeStream.Gateway.Wear;

/// <summary>Where the counts of written bytes come from.</summary>
internal interface IWearSource
{
    /// <summary>The disk under the data folder, such as <c>mmcblk0</c>; null where there is none.</summary>
    string? Device { get; }

    /// <summary>Which start of the machine this is: the disk's count begins with it.</summary>
    string BootId { get; }

    /// <summary>Reads the counts, as far as the kernel tells them now.</summary>
    WearCounters Read();
}
