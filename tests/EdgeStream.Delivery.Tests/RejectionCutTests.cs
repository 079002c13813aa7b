using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>The power goes at any operation of the disk while rejected records are put aside.</summary>
public class RejectionCutTests
{
    private const int Records = 12;
    private const int OperationsMax = 5000;

    [Fact]
    public async Task Each_rejected_record_is_in_the_error_stream_once_and_the_account_adds_up()
    {
        for (var operations = 1; operations < OperationsMax; operations += 7)
        {
            var disk = new SimulatedDisk(new Random(operations));
            await using var stage = await DeliveryStage.OpenAsync(
                static definition => definition with
                {
                    ErrorStream = "errors", Compression = CompressionKind.None, BufferBytes = 1024, BufferSeconds = 1,
                },
                disk: disk);
            stage.Destination.AnswerRecord = static line =>
                line.Sequence % 3 == 0 ? RecordAnswer.Refuse : RecordAnswer.Accept;
            await stage.AppendManyAsync(Records);
            disk.OperationsUntilOff = operations;
            await StartAsync(stage);
            await stage.AdvanceUntilAsync(
                () => disk.OperationsUntilOff <= 0 || stage.Status.BacklogRecords == 0);
            var isOff = disk.OperationsUntilOff <= 0;
            disk.TurnOff();
            await stage.CutAsync();

            disk.OperationsUntilOff = int.MaxValue;
            await stage.StartAsync();
            await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
            Assert.Equal([3, 6, 9, 12], stage.Errors().Select(error => error.GetProperty("sequenceNumber").GetInt64()));
            Assert.Equal(4, stage.Status.RejectedRecords.Total);
            Assert.Equal(Records - 4, stage.Status.DeliveredRecords);
            var audit = Assert.Single(DeliveryAuditor.Audit(stage.Store, stage.Time));
            Assert.True(audit.AddsUp, $"{operations}: {audit.Problem}");
            if (!isOff)
            {
                return;
            }
        }

        Assert.Fail($"The work takes more than {OperationsMax} operations.");
    }

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
}
