namespace EdgeStream.Storage.Tests;

/// <summary>Many logs on one committer.</summary>
public sealed class ManyLogsTests
{
    private const int Logs = 3;

    [Fact]
    public async Task Logs_that_wait_together_are_synced_at_the_same_time()
    {
        using var disk = new MeetingDisk(Logs);
        using var committer = new Committer();
        var clock = new LogClock(TimeProvider.System, 1);
        var held = committer.Open(disk, clock, OpenLog.Options() with { Folder = MeetingDisk.FreeFolder });
        var logs = Enumerable.Range(0, Logs)
            .Select(i => committer.Open(disk, clock, OpenLog.Options() with { Folder = $"/log{i}" }))
            .ToList();

        // The committer is held at one log's write, so that the others wait for the same round.
        disk.CloseGate();
        var first = AppendAsync(held, "held");
        Assert.True(disk.WaitForWrite());
        var waiting = logs.Select(log => AppendAsync(log, "together")).ToList();
        disk.OpenGate();
        await first;
        await Task.WhenAll(waiting);
        Assert.True(disk.HasMet);
        logs.ForEach(committer.Close);
        committer.Close(held);
    }

    [Fact]
    public async Task Every_log_of_a_round_is_committed_and_none_is_forgotten()
    {
        var disk = new Testing.SimulatedDisk(new Random(1));
        using var committer = new Committer();
        var clock = new LogClock(TimeProvider.System, 1);
        var logs = Enumerable.Range(0, 8)
            .Select(i => committer.Open(disk, clock, OpenLog.Options() with { Folder = $"/log{i}" }))
            .ToList();
        await Task.WhenAll(logs.Select(log => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await AppendAsync(log, $"{i}");
            }
        })));
        Assert.All(logs, log => Assert.Equal(new SequenceNumber(200), log.DurableSequence));
        logs.ForEach(committer.Close);
    }

    private static async Task AppendAsync(ShardLog log, string value)
    {
        SequenceNumber sequence;
        while (log.TryAppend("k"u8, System.Text.Encoding.UTF8.GetBytes(value), null, out sequence)
            != AppendStatus.Accepted)
        {
            await log.WhenRoom();
        }

        await log.WhenAcknowledged(sequence);
    }
}
