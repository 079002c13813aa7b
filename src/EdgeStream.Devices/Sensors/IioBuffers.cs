using System.Globalization;

namespace EdgeStream.Devices;

/// <summary>Lists the chips of industrial I/O that capture.</summary>
/// <remarks>Source: the kernel's Documentation/ABI/testing/sysfs-bus-iio.</remarks>
public static class IioBuffers
{
    /// <summary>What every channel's switch begins with.</summary>
    internal const string Prefix = "in_";

    /// <summary>What it ends with.</summary>
    internal const string Switch = "_en";

    /// <summary>The channel of the time stamps.</summary>
    internal const string TimeChannel = "timestamp";

    /// <summary>Every chip that has a buffer; of names that come twice each with its device.</summary>
    /// <param name="root">The folder that holds <c>sys</c>.</param>
    public static IReadOnlyList<OfferedBuffer> List(string root)
    {
        var devices = IioSensors.FolderOf(root);
        var triggers = KernelFolder.List(devices, "trigger").Select(NameOf).Where(static name => name.Length > 0)
            .ToArray();
        var found = new List<(string Chip, string Device, string Folder, string[] Channels)>();
        foreach (var folder in KernelFolder.List(devices, "iio:device"))
        {
            var channels = ChannelsOf(folder);
            if (NameOf(folder).Replace(' ', '_') is { Length: > 0 } chip && channels.Length > 0)
            {
                found.Add((chip, IioSensors.DeviceOf(folder), folder, channels));
            }
        }

        return
        [
            .. found.Select(buffer => new OfferedBuffer(
                found.Count(other => other.Chip == buffer.Chip) == 1 ? buffer.Chip : $"{buffer.Chip}@{buffer.Device}",
                buffer.Channels,
                KernelFolder.TryReadText(Path.Combine(buffer.Folder, "trigger/current_trigger"), out var trigger)
                    ? trigger : "",
                triggers,
                RateOf(buffer.Folder))),
        ];
    }

    /// <summary>What the scans of a device may have, the time stamp left out.</summary>
    internal static string[] ChannelsOf(string folder) =>
    [
        .. KernelFolder.List(Path.Combine(folder, "scan_elements"), Prefix)
            .Select(static file => Path.GetFileName(file))
            .Where(static name => name.EndsWith(Switch, StringComparison.Ordinal))
            .Select(static name => name[Prefix.Length..^Switch.Length])
            .Where(static channel => channel != TimeChannel),
    ];

    private static double? RateOf(string folder) =>
        KernelFolder.TryReadText(Path.Combine(folder, "sampling_frequency"), out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
            ? rate
            : null;

    private static string NameOf(string folder) =>
        KernelFolder.TryReadText(Path.Combine(folder, "name"), out var name) ? name : "";
}
