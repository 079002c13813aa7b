using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Producers who wait for room while their log ends: each is told, and what was accepted is settled.</summary>
public sealed class BlockedProducerTests
{
    private const int ProducerCount = 8;
    private const int RecordSizeBytes = 500;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly ShardLogOptions Options = OpenLog.Options() with { BufferSizeBytesMax = 4096 };

    private int _waiting;
    private long _accepted;

    [Fact]
    public async Task When_the_log_is_closed_they_are_refused_and_all_that_was_accepted_is_safe()
    {
        var medium = new SimulatedDisk(new Random(1));
        using var disk = new SlowDisk(medium);
        using var log = new OpenLog(disk, Options);
        var producers = Block(log, disk);
        var closing = Task.Run(log.Close);
        disk.SpeedUp();

        var ends = await Task.WhenAll(producers).WaitAsync(Deadline);
        await closing.WaitAsync(Deadline);
        Assert.All(ends, end => Assert.Equal(AppendStatus.Failed, end.Status));
        await Task.WhenAll(ends.Select(end => end.Acknowledged)).WaitAsync(Deadline);

        medium.CutPower();
        using var again = new OpenLog(medium);
        Assert.Equal(_accepted, again.ReadAll().Count);
    }

    [Fact]
    public async Task When_the_log_is_sealed_they_are_told_so_and_all_that_was_accepted_is_safe()
    {
        using var disk = new SlowDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk, Options);
        var producers = Block(log, disk);
        var sealing = log.Log.SealAsync();
        disk.SpeedUp();

        var ends = await Task.WhenAll(producers).WaitAsync(Deadline);
        Assert.All(ends, end => Assert.Equal(AppendStatus.Sealed, end.Status));
        Assert.Equal(_accepted, (await sealing.WaitAsync(Deadline)).Value);
        await Task.WhenAll(ends.Select(end => end.Acknowledged)).WaitAsync(Deadline);
        Assert.Equal(_accepted, log.ReadAll().Count);
    }

    [Fact]
    public async Task When_the_log_fails_they_are_refused_and_what_waits_gets_the_error()
    {
        var medium = new SimulatedDisk(new Random(1));
        using var disk = new SlowDisk(medium);
        using var log = new OpenLog(disk, Options);
        var producers = Block(log, disk);
        medium.SyncsUntilFailure = 0;
        disk.SpeedUp();

        var ends = await Task.WhenAll(producers).WaitAsync(Deadline);
        Assert.All(ends, end => Assert.Equal(AppendStatus.Failed, end.Status));
        await AssertLostAsync(ends, "failed to sync");
    }

    [Fact]
    public async Task When_the_committer_stops_without_closing_the_log_nobody_waits_for_ever()
    {
        using var disk = new SlowDisk(new SimulatedDisk(new Random(1)));
        using var log = new OpenLog(disk, Options);
        var producers = Block(log, disk);
        var durable = log.Log.WhenDurable(new SequenceNumber(long.MaxValue));
        var stopping = new Thread(log.Committer.Dispose);
        stopping.Start();

        // It waits for the committer's thread, and that for the sync.
        Assert.True(SpinWait.SpinUntil(() => stopping.ThreadState == ThreadState.WaitSleepJoin, Deadline));
        disk.SpeedUp();
        Assert.True(stopping.Join(Deadline));
        var ends = await Task.WhenAll(producers).WaitAsync(Deadline);
        Assert.All(ends, end => Assert.Equal(AppendStatus.Failed, end.Status));
        await AssertLostAsync(ends, "stopped before");
        await Assert.ThrowsAsync<IOException>(() => durable.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => log.Log.WhenVisible(SequenceNumber.Last).WaitAsync(Deadline));
        await Assert.ThrowsAsync<IOException>(() => log.Log.SealAsync().WaitAsync(Deadline));
        Assert.Equal(AppendStatus.Failed, log.Log.TryAppend("k"u8, "v"u8, null, out _));
    }

    /// <summary>What was the newest record of somebody is safe, or ends with the reason; not all of them are safe.
    /// </summary>
    private static async Task AssertLostAsync(IEnumerable<End> ends, string reason)
    {
        var lost = 0;
        foreach (var end in ends)
        {
            try
            {
                await end.Acknowledged.WaitAsync(Deadline);
            }
            catch (IOException error)
            {
                Assert.Contains(reason, error.Message, StringComparison.Ordinal);
                lost++;
            }
        }

        Assert.True(lost > 0, "nothing was lost");
    }

    /// <summary>Producers that go on until they are refused; all of them wait for room behind a sync that hangs.
    /// </summary>
    private List<Task<End>> Block(OpenLog log, SlowDisk disk)
    {
        disk.SlowDown();
        var producers = Enumerable.Range(0, ProducerCount).Select(_ => Task.Run(() => ProduceAsync(log.Log))).ToList();
        disk.WaitForSync();

        // Who was told that there is room may not know it yet; behind a full buffer that does not matter.
        Assert.True(SpinWait.SpinUntil(
            () => Volatile.Read(ref _waiting) == ProducerCount && !log.Log.WhenRoom().IsCompleted, Deadline));
        Assert.DoesNotContain(producers, producer => producer.IsCompleted);
        return producers;
    }

    private async Task<End> ProduceAsync(ShardLog log)
    {
        var acknowledged = Task.CompletedTask;
        while (true)
        {
            var status = log.TryAppend("k"u8, new byte[RecordSizeBytes], null, out var sequence);
            if (status == AppendStatus.Accepted)
            {
                Interlocked.Increment(ref _accepted);
                acknowledged = log.WhenAcknowledged(sequence);
            }
            else if (status == AppendStatus.Busy)
            {
                Interlocked.Increment(ref _waiting);
                await log.WhenRoom();
                Interlocked.Decrement(ref _waiting);
            }
            else
            {
                return new End(status, acknowledged);
            }
        }
    }

    /// <param name="Status">Why a producer has ended.</param>
    /// <param name="Acknowledged">When its newest record was safe.</param>
    private sealed record End(AppendStatus Status, Task Acknowledged);
}
