namespace EdgeStream.Devices;

/// <summary>The channels of a chip's folder under <c>/sys/class/hwmon</c>.</summary>
/// <remarks>Source of names: the kernel's Documentation/hwmon/sysfs-interface.rst.</remarks>
internal static class HwmonChannels
{
    private static readonly string[] Endings = ["_input", "_average"];

    /// <summary>Those of one kind that have a value: <c>temp1</c> and its file. Each once: what it measures now comes
    /// before its average.</summary>
    internal static List<(string Channel, string File)> List(string folder, string prefix)
    {
        var channels = new List<(string, string)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ending in Endings)
        {
            foreach (var file in KernelFolder.List(folder, prefix))
            {
                var name = Path.GetFileName(file);
                if (name.EndsWith(ending, StringComparison.Ordinal)
                    && name[prefix.Length..^ending.Length] is { Length: > 0 } number
                    && number.All(char.IsAsciiDigit)
                    && seen.Add(number))
                {
                    channels.Add((prefix + number, file));
                }
            }
        }

        return channels;
    }
}
