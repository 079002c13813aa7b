using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A sealed segment comes to the device in pieces, between which others are let go first.</summary>
public sealed class PacedWriteBackTests
{
    private const int Megabyte = 1 << 20;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly Func<bool> Never = static () => false;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void One_piece_is_on_its_way_while_the_next_one_is_given()
    {
        using var file = new StubFile();
        new PacedWriteBack(_time).Run(file, 10 * Megabyte, Never);

        var started = file.Calls.Where(call => call.IsStart).ToList();
        long end = 0;
        foreach (var call in started)
        {
            Assert.Equal(end, call.Offset);
            end += call.Length;
        }

        Assert.Equal(10 * Megabyte, end);
        var awaited = file.Calls.Where(call => !call.IsStart);
        Assert.Equal(started[..^1], awaited.Select(call => call with { IsStart = true }));
        Assert.Equal(2, file.UnderWayMax);
    }

    [Fact]
    public void Pieces_have_the_size_that_the_device_takes_in_a_few_milliseconds()
    {
        using var file = new StubFile();
        var writeBack = new PacedWriteBack(_time);
        writeBack.Run(file, 20 * Megabyte, Never);
        Assert.Equal(PacedWriteBack.PieceSizeBytesMax, writeBack.PieceSizeBytes);

        file.Awaiting = () => _time.Advance(TimeSpan.FromMilliseconds(3));
        writeBack.Run(file, 20 * Megabyte, Never);
        Assert.Equal(PacedWriteBack.PieceSizeBytesMax, writeBack.PieceSizeBytes);

        file.Awaiting = () => _time.Advance(TimeSpan.FromMilliseconds(20));
        writeBack.Run(file, 20 * Megabyte, Never);
        Assert.Equal(PacedWriteBack.PieceSizeBytesMin, writeBack.PieceSizeBytes);
    }

    [Fact]
    public void Whoever_needs_the_device_is_let_go_before_the_next_piece()
    {
        using var file = new StubFile();
        var writeBack = new PacedWriteBack(_time, Deadline);
        writeBack.Hold();
        var running = new Thread(() => writeBack.Run(file, Megabyte, Never));
        running.Start();
        Assert.True(SpinWait.SpinUntil(
            () => (running.ThreadState & ThreadState.WaitSleepJoin) != 0, Deadline));
        Assert.Empty(file.Calls);

        writeBack.Release();
        Assert.True(running.Join(Deadline));
        Assert.NotEmpty(file.Calls);
    }

    [Fact]
    public void Nobody_is_let_go_first_for_ever()
    {
        using var file = new StubFile();
        var writeBack = new PacedWriteBack(_time, TimeSpan.FromMilliseconds(1));
        writeBack.Hold();
        writeBack.Run(file, Megabyte, Never);
        Assert.Equal(Megabyte, file.Calls.Where(call => call.IsStart).Sum(call => call.Length));
    }

    [Fact]
    public void What_somebody_waits_for_is_left_to_the_sync()
    {
        using var file = new StubFile();
        new PacedWriteBack(_time).Run(file, 20 * Megabyte, () => file.Calls.Count > 2);
        Assert.Equal(3, file.Calls.Count);
    }

    [Fact]
    public void A_disk_that_takes_no_pieces_is_left_to_the_sync()
    {
        using var file = new StubFile { IsAble = false };
        new PacedWriteBack(_time).Run(file, 20 * Megabyte, Never);
        Assert.Single(file.Calls);
    }

    [Fact]
    public void Pieces_of_a_real_file_are_taken()
    {
        using var folder = new TemporaryFolder();
        using var file = new NativeDisk().Create(folder.Combine("file"), Megabyte);
        file.Write(0, new byte[Megabyte]);
        Assert.True(file.StartWriteBack(0, Megabyte));
        file.AwaitWriteBack(0, Megabyte);
        file.Sync();
    }

    [Fact]
    public void A_piece_that_the_device_refuses_ends_the_log_as_a_failed_sync_does()
    {
        var disk = new FailingDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(
            disk, OpenLog.Options() with { Durability = new Durability(DurabilityKind.OperatingSystem, 0) });
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                log.Log.TryAppend("k"u8, new byte[1000], null, out _);
                return log.Log.Failure is not null;
            },
            Deadline));
        Assert.Contains("refused", log.Log.Failure!.Message);
        Assert.True(SpinWait.SpinUntil(() => log.Log.UpkeepFailures.Count > 0, Deadline));
        Assert.Equal(UpkeepWork.Finishing, log.Log.UpkeepFailures[0].Work);
        Assert.True(log.Log.DurableSequence < log.Log.Segments[1].FirstSequence);
    }

    private sealed class FailingDisk(IDisk disk) : DiskAround(disk)
    {
        protected override IDiskFile Around(string path, IDiskFile file) => new FailingFile(file);
    }

    private sealed class FailingFile(IDiskFile file) : FileAround(file)
    {
        public override bool StartWriteBack(long offset, long length) =>
            throw new IOException("The device refused it.");
    }

    private sealed record Call(bool IsStart, long Offset, long Length);

    /// <summary>Only takes note of what it is asked to give to the device.</summary>
    private sealed class StubFile : IDiskFile
    {
        private int _underWay;

        public List<Call> Calls { get; } = [];

        public Action Awaiting { get; set; } = static () => { };

        public int UnderWayMax { get; private set; }

        public long SizeBytes => throw new NotSupportedException();

        public bool IsAble { get; set; } = true;

        public bool StartWriteBack(long offset, long length)
        {
            Calls.Add(new Call(IsStart: true, offset, length));
            UnderWayMax = Math.Max(UnderWayMax, ++_underWay);
            return IsAble;
        }

        public void AwaitWriteBack(long offset, long length)
        {
            Awaiting();
            Calls.Add(new Call(IsStart: false, offset, length));
            _underWay--;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public void Sync() => throw new NotSupportedException();

        public int ReadDevice(long offset, Span<byte> bytes) => throw new NotSupportedException();

        public void Truncate(long sizeBytes) => throw new NotSupportedException();

        public MappedRegion Map() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
