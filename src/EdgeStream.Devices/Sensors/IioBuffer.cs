using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>A buffer that captures: set up by <c>/sys</c>, read by <c>/dev/iio:device*</c>.</summary>
/// <remarks>Source: the kernel's Documentation/iio/iio_devbuf.rst. Nobody else can have the buffer
/// meanwhile.</remarks>
internal sealed class IioBuffer : IDisposable
{
    /// <summary>The reader is woken for so many seconds of scans at once.</summary>
    private const double WatermarkSeconds = 0.02;

    /// <summary>And for a quarter of the buffer at most.</summary>
    private const int WatermarkPart = 4;

    private readonly string _folder;

    /// <summary>Sets the buffer up and begins the capture.</summary>
    /// <exception cref="IOException">The chip is not there, or does not capture so.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway's user may not set it up.</exception>
    internal IioBuffer(IioBufferOptions options)
    {
        _folder = FolderOf(options);
        var elements = Path.Combine(_folder, "scan_elements");
        if (!Directory.Exists(elements))
        {
            throw new IOException($"The chip {options.Chip} has no buffer: its driver reads single values only.");
        }

        ThrowIfNotThere(options);
        WriteAttribute("buffer/enable", "0");
        var hasTime = File.Exists(
            Path.Combine(elements, IioBuffers.Prefix + IioBuffers.TimeChannel + IioBuffers.Switch));
        foreach (var file in KernelFolder.List(elements, IioBuffers.Prefix))
        {
            var name = Path.GetFileName(file);
            if (name.EndsWith(IioBuffers.Switch, StringComparison.Ordinal))
            {
                var channel = name[IioBuffers.Prefix.Length..^IioBuffers.Switch.Length];
                var isWanted = channel == IioBuffers.TimeChannel || options.Channels.Contains(channel);
                WriteAttribute($"scan_elements/{name}", isWanted ? "1" : "0");
            }
        }

        if (hasTime && File.Exists(Path.Combine(_folder, "current_timestamp_clock")))
        {
            WriteAttribute("current_timestamp_clock", "monotonic");
        }

        Layout = new IioScanLayout(options.Channels.Select(channel => new IioScanChannel(_folder, channel)), hasTime);
        Begin(options);
        Scans = ReadyFiles.Open(Path.Combine(options.Root, "dev", Path.GetFileName(_folder)));
    }

    /// <summary>How its scans lie in memory.</summary>
    internal IioScanLayout Layout { get; }

    /// <summary>Where they are read; a read does not wait.</summary>
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

    private void ThrowIfNotThere(IioBufferOptions options)
    {
        var channels = IioBuffers.ChannelsOf(_folder);
        foreach (var wanted in options.Channels)
        {
            if (Array.IndexOf(channels, wanted) < 0)
            {
                throw new IOException(
                    $"The scans of {options.Chip} have no channel '{wanted}', but {string.Join(", ", channels)}.");
            }
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
        SetWatermark(options);
        WriteAttribute("buffer/enable", "1");
    }

    /// <summary>Has the kernel wait until a read is worth it. A chip whose rate is not known, or whose watermark is
    /// fixed, keeps what is set.</summary>
    private void SetWatermark(IioBufferOptions options)
    {
        try
        {
            var file = Path.Combine(_folder, "sampling_frequency");
            var rate = options.Rate ?? (File.Exists(file) ? KernelAttribute.ReadNumber(file) : 0);
            if (rate > 0 && File.Exists(Path.Combine(_folder, "buffer/watermark")))
            {
                var scans = Math.Clamp(rate * WatermarkSeconds, 1, Math.Max(1, options.Length / WatermarkPart));
                WriteAttribute("buffer/watermark", ((int)scans).ToString(CultureInfo.InvariantCulture));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It costs processor time, and no scans.
        }
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

    /// <summary>Nothing is created: what is not there is an error.</summary>
    private void WriteAttribute(string name, string text)
    {
        using var file = File.OpenHandle(
            Path.Combine(_folder, name), FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
    }
}
