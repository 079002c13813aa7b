namespace EdgeStream.Devices;

/// <summary>The single values of industrial I/O, <c>/sys/bus/iio/devices/iio:device*</c>.</summary>
/// <remarks>Source: the kernel's Documentation/ABI/testing/sysfs-bus-iio.</remarks>
internal static class IioSensors
{
    /// <summary>The word for it in addresses.</summary>
    internal const string Kind = "iio";

    private const string Prefix = "in_";
    private static readonly string[] Endings = ["_input", "_raw"];

    /// <summary>The folder with the devices.</summary>
    internal static string FolderOf(string root) => Path.Combine(root, "sys/bus/iio/devices");

    /// <summary>Every channel that has a value.</summary>
    internal static IEnumerable<SensorOffer> List(string root)
    {
        foreach (var folder in KernelFolder.List(FolderOf(root), "iio:device"))
        {
            if (!KernelFolder.TryReadText(Path.Combine(folder, "name"), out var chip))
            {
                continue;
            }

            var device = DeviceOf(folder);
            foreach (var (channel, file) in Channels(folder))
            {
                KernelFolder.TryReadText(Path.Combine(folder, $"in_{channel}_label"), out var label);
                yield return new SensorOffer(
                    new SensorAddress(Kind, chip.Replace(' ', '_'), device, channel),
                    label,
                    IioQuantity.Of(IioQuantity.TypeOf(channel)).Unit,
                    () => new IioProbe(folder, channel, file));
            }
        }
    }

    /// <summary>The device's name on its bus, which is the folder that holds its own.</summary>
    internal static string DeviceOf(string folder) =>
        new FileInfo(folder).LinkTarget is { } target && Path.GetFileName(Path.GetDirectoryName(target)) is { } parent
            ? parent
            : Path.GetFileName(folder);

    /// <summary>A channel with a processed and a raw value is read by the processed one.</summary>
    private static IEnumerable<(string Channel, string File)> Channels(string folder)
    {
        var files = KernelFolder.List(folder, Prefix);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ending in Endings)
        {
            foreach (var file in files)
            {
                var name = Path.GetFileName(file);
                if (name.EndsWith(ending, StringComparison.Ordinal) && name.Length > Prefix.Length + ending.Length
                    && name[Prefix.Length..^ending.Length] is var channel
                    && seen.Add(channel))
                {
                    yield return (channel, file);
                }
            }
        }
    }
}
