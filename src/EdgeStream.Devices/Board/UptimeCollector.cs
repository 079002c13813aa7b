using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>How long the kernel has been running, from <c>/proc/uptime</c>.</summary>
internal sealed class UptimeCollector(string root, FieldNames names, BoardReadFailures failures) : IBoardCollector
{
    private readonly KernelFile _uptime = new(Path.Combine(root, "proc/uptime"), failures);
    private readonly JsonEncodedText _name = names.Reserve("uptime_seconds");

    /// <inheritdoc/>
    public void Rescan()
    {
        // The file is always the same.
    }

    /// <inheritdoc/>
    public void Sample(TimeSpan now, BoardFields fields)
    {
        if (!_uptime.TryRead(fields.FileBuffer, out var line))
        {
            return;
        }

        if (!KernelText.TryTakeNumber(ref line, out var seconds))
        {
            _uptime.Fail("the file does not start with a number");
            return;
        }

        _uptime.Succeed();
        fields.Add(_name, seconds, decimals: 0);
    }
}
