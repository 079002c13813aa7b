using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Benchmarks.Reporting;

namespace EdgeStream.Benchmarks.Areas.Footprint;

/// <summary>What the native binary costs a small board: size, warnings, idle memory and the time to the first
/// acknowledgement.</summary>
internal sealed class FootprintArea : IBenchmarkArea
{
    private const double BinaryMegabytesMax = 20;
    private const double IdleMiBMax = 40;
    private const double FirstPubAckMsMax = 300;
    private const double BytesPerMegabyte = 1e6;

    /// <inheritdoc/>
    public string Name => "footprint";

    /// <inheritdoc/>
    public string Subject => "the native binary: size, warnings, idle memory, first PUBACK over 1 GiB of log";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var publish = await NativePublish.RunAsync();
        var idle = await IdleMemory.MeasureAsync(options);
        var start = await FirstPubAck.MeasureAsync(options);
        return
        [
            ResultRow.AtMost(
                $"native binary ({publish.Framework})", publish.SizeBytes / BytesPerMegabyte, "MB", BinaryMegabytesMax),
            ResultRow.Exactly("trim and AOT warnings of the publish", publish.WarningCount, "warnings", 0),
            ResultRow.AtMost(
                $"idle resident memory (VmRSS) after {idle.Seconds} s", idle.Memory.ResidentMiB, "MiB", IdleMiBMax),
            new ResultRow("idle PSS", idle.Memory.ProportionalMiB, "MiB"),
            new ResultRow("idle PSS, anonymous", idle.Memory.AnonymousMiB, "MiB"),
            new ResultRow("idle PSS, file-backed", idle.Memory.FileMiB, "MiB"),
            new ResultRow("start to ready, empty folder", idle.ReadyMs, "ms"),
            ResultRow.AtMost(
                $"exec to first PUBACK, {start.LogGiB:0.##} GiB of log, after a clean stop, warm page cache",
                start.AfterStopMs, "ms", FirstPubAckMsMax),
            ResultRow.AtMost(
                $"exec to first PUBACK, {start.LogGiB:0.##} GiB of log, after kill -9 under load, warm page cache",
                start.AfterKillMs, "ms", FirstPubAckMsMax),
            new ResultRow("the slowest of those starts", start.SlowestMs, "ms"),
        ];
    }
}
