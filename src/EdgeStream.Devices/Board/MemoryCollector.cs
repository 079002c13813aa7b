using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Memory and swap from <c>/proc/meminfo</c>, whose "kB" are 1,024 bytes.</summary>
/// <remarks>Used is what is not available: caches that the kernel gives back count as available.</remarks>
internal sealed class MemoryCollector(string root, FieldNames names, BoardReadFailures failures) : IBoardCollector
{
    private const double BytesPerKilobyte = 1024;

    private readonly KernelFile _memoryInformation = new(Path.Combine(root, "proc/meminfo"), failures);
    private readonly JsonEncodedText _usedPercentName = names.Reserve("memory_used_percent");
    private readonly JsonEncodedText _totalName = names.Reserve("memory_total_bytes");
    private readonly JsonEncodedText _availableName = names.Reserve("memory_available_bytes");
    private readonly JsonEncodedText _swapUsedPercentName = names.Reserve("swap_used_percent");
    private readonly JsonEncodedText _swapTotalName = names.Reserve("swap_total_bytes");

    /// <inheritdoc/>
    public void Rescan()
    {
        // The file is always the same.
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        if (!_memoryInformation.TryRead(fields.FileBuffer, out var text))
        {
            return;
        }

        var total = Kilobytes(text, "MemTotal:"u8);
        if (total is not > 0)
        {
            _memoryInformation.Fail("the file has no line MemTotal");
            return;
        }

        _memoryInformation.Succeed();

        // MemAvailable came with Linux 3.14; before it, free memory and caches are the usual estimate.
        var available = Kilobytes(text, "MemAvailable:"u8)
            ?? (Kilobytes(text, "MemFree:"u8) ?? 0)
            + (Kilobytes(text, "Buffers:"u8) ?? 0)
            + (Kilobytes(text, "Cached:"u8) ?? 0);
        fields.Add(_usedPercentName, 100 * (1 - (available / total.Value)), decimals: 2);
        fields.Add(_availableName, available * BytesPerKilobyte, decimals: 0);
        fields.Add(_totalName, total.Value * BytesPerKilobyte, decimals: 0);
        if (Kilobytes(text, "SwapTotal:"u8) is > 0 and var swapTotal)
        {
            var swapFree = Kilobytes(text, "SwapFree:"u8) ?? 0;
            fields.Add(_swapUsedPercentName, 100 * (1 - (swapFree / swapTotal)), decimals: 2);
            fields.Add(_swapTotalName, swapTotal * BytesPerKilobyte, decimals: 0);
        }
    }

    private static double? Kilobytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label)
    {
        while (KernelText.TryTakeLine(ref text, out var line))
        {
            if (line.StartsWith(label))
            {
                line = line[label.Length..];
                return KernelText.TryTakeCounter(ref line, out var kilobytes) ? kilobytes : null;
            }
        }

        return null;
    }
}
