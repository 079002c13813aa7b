using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Devices;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Dialects;

/// <summary>What 10,000 scans a second of a buffer of industrial I/O cost: read, decoded, stamped,
/// appended, and noted in the device registry.</summary>
/// <remarks>A pipe stands for the kernel's buffer, filled a hundred times a second with scans of three channels and a
/// time stamp, twice as often as the reader asks a kernel to wake it (<c>watermark</c>). The processor time is that of
/// the whole process, the writer included.</remarks>
internal static partial class BufferCapture
{
    private const int ScansPerSecond = 10_000;
    private const int TurnsPerSecond = 100;
    private const int ScansPerTurn = ScansPerSecond / TurnsPerSecond;
    private const int ScanSizeBytes = 16;
    private const long NanosecondsPerScan = 1_000_000_000 / ScansPerSecond;
    private const int SecondsMeasured = 10;
    private const int QuickSeconds = 3;
    private const int WarmUpSeconds = 3;
    private const double CoreShareMax = 10;
    private const string Device = "sys/bus/iio/devices/iio:device0";

    /// <summary>Measures for a few seconds.</summary>
    public static async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        using var folder = new TemporaryFolder("buffer");
        await using var store = StreamStore.Open(
            new StreamStoreOptions { Folder = Path.Combine(folder.Path, "data") });
        await store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "readings", SegmentSizeBytes = 64 << 20, Durability = Durability.OperatingSystem,
        });
        store.TryGet("readings", out var stream);
        MakeTree(folder.Path);
        var source = new IioBufferSource(
            new IioBufferOptions
            {
                Name = "bench", Device = "machine-1", Chip = "bench", Channels = ["accel_x", "accel_y", "accel_z"],
                Root = folder.Path,
            },
            stream!,
            new DeviceRegistry(store.State, NullLogger<DeviceRegistry>.Instance),
            TimeProvider.System,
            NullLogger<IioBufferSource>.Instance);
        using var stop = new CancellationTokenSource();
        var capture = source.RunAsync(stop.Token);
        var measured = options.IsQuick ? QuickSeconds : SecondsMeasured;
        var scans = (long)measured * ScansPerSecond;
        await using var writer = await Task.Run(() => new FileStream(
            Path.Combine(folder.Path, "dev/iio:device0"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite,
            bufferSize: 0));
        var (seconds, processor) = await FeedAsync(writer, measured);
        await Poll.UntilAsync(() => source.Status.Readings == (WarmUpSeconds * ScansPerSecond) + scans);
        await stop.CancelAsync();
        await capture;

        // What is acknowledged after all others counts them.
        await stream!.AppendAsync("end"u8.ToArray(), "{}"u8.ToArray());
        var appended = stream.Statistics.AppendedRecords - 1;
        var share = 100 * processor / seconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"IIO buffer: {scans / seconds:N0} scans/s, {share:0.0} % of a core"));
        return
        [
            new ResultRow("IIO buffer: scans of three channels", Math.Round(scans / seconds), "scans/s"),
            ResultRow.AtMost("IIO buffer: processor", Math.Round(share, 1), "% of a core", CoreShareMax),
            ResultRow.Exactly(
                "IIO buffer: records", appended, "records", (WarmUpSeconds * ScansPerSecond) + scans),
            ResultRow.Exactly("IIO buffer: scans that seemed to be missing", source.Status.Lost, "scans", 0),
        ];
    }

    /// <summary>Fills the pipe in time.</summary>
    private static async Task<(double Seconds, double Processor)> FeedAsync(FileStream writer, int measuredSeconds)
    {
        var scans = new byte[ScansPerTurn * ScanSizeBytes];
        var began = TimeProvider.System.GetTimestamp();
        const int WarmUpTurns = WarmUpSeconds * TurnsPerSecond;
        await FillAsync(writer, scans, began, 0, WarmUpTurns);
        var processor = Environment.CpuUsage.TotalTime;
        var warm = TimeProvider.System.GetTimestamp();
        await FillAsync(writer, scans, began, WarmUpTurns, WarmUpTurns + (measuredSeconds * TurnsPerSecond));
        return (
            TimeProvider.System.GetElapsedTime(warm).TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private static async Task FillAsync(FileStream writer, byte[] scans, long began, int from, int to)
    {
        for (var turn = from; turn < to; turn++)
        {
            var due = TimeSpan.FromSeconds((double)turn / TurnsPerSecond);
            if (due - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
            }

            MakeScans(scans, turn, began);
            writer.Write(scans);
        }
    }

    private static void MakeScans(Span<byte> scans, int turn, long began)
    {
        // The scans of a turn are those since the turn before.
        var stamp = (long)(began * (1e9 / TimeProvider.System.TimestampFrequency))
            + ((turn - 1L) * ScansPerTurn * NanosecondsPerScan);
        for (var i = 0; i < ScansPerTurn; i++)
        {
            var scan = scans[(i * ScanSizeBytes)..];
            BinaryPrimitives.WriteInt16LittleEndian(scan, (short)(turn * 7));
            BinaryPrimitives.WriteInt16LittleEndian(scan[2..], (short)(i * 31));
            BinaryPrimitives.WriteInt16LittleEndian(scan[4..], (short)(turn + i));
            BinaryPrimitives.WriteInt64LittleEndian(scan[8..], stamp + (i * NanosecondsPerScan));
        }
    }

    private static void MakeTree(string root)
    {
        Write(root, "name", "bench");
        Write(root, "in_accel_scale", "0.000598");
        Write(root, "current_timestamp_clock", "realtime");
        Write(root, "buffer/enable", "0");
        Write(root, "buffer/length", "2");
        Write(root, "scan_elements/in_timestamp_en", "0");
        foreach (var (channel, index) in (IEnumerable<(string, int)>)[("accel_x", 0), ("accel_y", 1), ("accel_z", 2)])
        {
            Write(root, $"scan_elements/in_{channel}_en", "0");
            Write(root, $"scan_elements/in_{channel}_index", index.ToString(CultureInfo.InvariantCulture));
            Write(root, $"scan_elements/in_{channel}_type", "le:s16/16>>0");
        }

        Directory.CreateDirectory(Path.Combine(root, "dev"));
        if (MakePipe(Path.Combine(root, "dev/iio:device0"), Convert.ToUInt32("600", 8)) != 0)
        {
            throw new IOException("A pipe could not be made.");
        }
    }

    private static void Write(string root, string file, string text)
    {
        var path = Path.Combine(root, Device, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
