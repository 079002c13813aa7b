using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>The power goes at any operation of the disk while a shard is parted, both lanes send, what is refused is
/// put aside, and the segments are folded.</summary>
public class LiveFirstCutTests
{
    private const int Waiting = 12;
    private const int Records = 18;
    private const int OperationsMax = 8000;

    [Fact]
    public async Task Each_record_arrives_or_is_put_aside_once_and_the_account_adds_up()
    {
        for (var operations = 1; operations < OperationsMax; operations += 11)
        {
            var disk = new SimulatedDisk(new Random(operations));
            await using var stage = await OpenAsync(disk);
            disk.OperationsUntilOff = operations;
            await StartAsync(stage);
            await stage.AdvanceUntilAsync(() => disk.OperationsUntilOff <= 0 || stage.Status.BacklogRecords == 0);
            var isOff = disk.OperationsUntilOff <= 0;
            disk.TurnOff();
            await stage.CutAsync();
            AssertAddsUp(stage, operations);

            disk.OperationsUntilOff = int.MaxValue;
            await stage.StartAsync();
            await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
            AssertAddsUp(stage, operations);
            Assert.Equal(
                Enumerable.Range(1, Records).Where(IsRefused),
                stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt32()).Order());
            Assert.Equal(
                Enumerable.Range(1, Records).Where(sequence => !IsRefused(sequence)),
                stage.Destination.Records.Select(line => (int)line.Sequence).Distinct().Order());
            Assert.Equal(
                (Records / 3, Records - (Records / 3)),
                (stage.Status.RejectedRecords.Total, stage.Status.DeliveredRecords));
            Assert.Empty(LiveStage.Segments(stage));
            if (!isOff)
            {
                return;
            }
        }

        Assert.Fail($"The work takes more than {OperationsMax} operations.");
    }

    /// <summary>A batch is in flight, of which nobody knows what became, others wait behind it, and some are
    /// new.</summary>
    private static async Task<DeliveryStage> OpenAsync(SimulatedDisk disk)
    {
        var stage = await DeliveryStage.OpenAsync(
            static definition => definition with
            {
                LiveFirst = true, ErrorStream = "errors", Compression = CompressionKind.None, BufferBytes = 1024,
                BufferSeconds = 1,
            },
            disk: disk);
        stage.Destination.AnswerRecord = static line =>
            IsRefused((int)line.Sequence) ? RecordAnswer.Refuse : RecordAnswer.Accept;
        stage.Destination.Answer = static _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(Waiting);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        await stage.StopEngineAsync();
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.AppendManyAsync(Records - Waiting);
        stage.Destination.Answer = static _ => SendResult.Accepted;
        return stage;
    }

    private static bool IsRefused(int sequence) => sequence % 3 == 0;

    private static async Task StartAsync(DeliveryStage stage)
    {
        try
        {
            await stage.StartAsync();
        }
        catch (IOException)
        {
            // The power went while the start position was made durable: the delivery tries again.
        }
    }

    private static void AssertAddsUp(DeliveryStage stage, int operations)
    {
        var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
        Assert.True(audit.AddsUp, $"{operations}: {audit.Problem} {string.Join('\n', audit.Hours)}");
        Assert.Equal(Records, audit.Hours.Sum(hour => hour.Appended));
    }
}
