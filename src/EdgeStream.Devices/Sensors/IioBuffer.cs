using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>A buffer that captures: set up by <c>/sys</c>, read by <c>/dev/iio:device*</c>.</summary>
/// <remarks>Source: the kernel's Documentation/iio/iio_devbuf.rst. Nobody else can have the buffer
/// meanwhile.</remarks>
internal sealed class IioBuffer : IDisposable
{
    private const string TimeChannel = "timestamp";

    private readonly string _folder;

    /// <summary>Sets the buffer up and begins the capture.</summary>
    /// <exception cref="IOException">The chip is not there, or does not capture so.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway's user may not set it up.</exception>
    internal IioBuffer(IioBufferOptions options)
    {
        _folder = FolderOf(options);
        WriteAttribute("buffer/enable", "0");
        var elements = Path.Combine(_folder, "scan_elements");
        if (!Directory.Exists(elements))
        {
            throw new IOException($"The chip {options.Chip} has no buffer: its driver reads single values only.");
        }

        var hasTime = File.Exists(Path.Combine(elements, $"in_{TimeChannel}_en"));
        foreach (var file in KernelFolder.List(elements, "in_"))
        {
            var name = Path.GetFileName(file);
            if (name.EndsWith("_en", StringComparison.Ordinal))
            {
                var channel = name[3..^3];
                var isWanted = channel == TimeChannel || options.Channels.Contains(channel);
                WriteAttribute($"scan_elements/{name}", isWanted ? "1" : "0");
            }
        }

        if (hasTime && File.Exists(Path.Combine(_folder, "current_timestamp_clock")))
        {
            WriteAttribute("current_timestamp_clock", "monotonic");
        }

        Layout = new IioScanLayout(options.Channels.Select(channel => new IioScanChannel(_folder, channel)), hasTime);
        Begin(options);
        Scans = Open(Path.Combine(options.Root, "dev", Path.GetFileName(_folder)));
    }

    /// <summary>How its scans lie in memory.</summary>
    internal IioScanLayout Layout { get; }

    /// <summary>Where they are read.</summary>
    internal SafeFileHandle Scans { get; }

    /// <summary>Ends the capture.</summary>
    public void Dispose()
    {
        Scans.Dispose();
        try
        {
            WriteAttribute("buffer/enable", "0");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The chip has gone, and its buffer with it.
        }
    }

    private void Begin(IioBufferOptions options)
    {
        if (options.Trigger is { } trigger)
        {
            WriteAttribute("trigger/current_trigger", trigger);
        }

        if (options.Rate is { } rate)
        {
            WriteAttribute("sampling_frequency", rate.ToString(CultureInfo.InvariantCulture));
        }

        WriteAttribute("buffer/length", options.Length.ToString(CultureInfo.InvariantCulture));
        WriteAttribute("buffer/enable", "1");
    }

    private static string FolderOf(IioBufferOptions options)
    {
        var at = options.Chip.IndexOf('@');
        var (chip, device) = at < 0 ? (options.Chip, "") : (options.Chip[..at], options.Chip[(at + 1)..]);
        foreach (var folder in KernelFolder.List(IioSensors.FolderOf(options.Root), "iio:device"))
        {
            if (KernelFolder.TryReadText(Path.Combine(folder, "name"), out var name) && name.Replace(' ', '_') == chip
                && (device.Length == 0 || IioSensors.DeviceOf(folder) == device))
            {
                return folder;
            }
        }

        throw new IOException(
            $"There is no chip '{options.Chip}' of industrial I/O now: it is not connected, or its driver is not "
                + "loaded.");
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Nothing is created: what is not there is an error.</summary>
    private void WriteAttribute(string name, string text)
    {
        using var file = File.OpenHandle(
            Path.Combine(_folder, name), FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
    }
}
