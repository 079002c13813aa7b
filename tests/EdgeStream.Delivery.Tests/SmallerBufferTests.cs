using EdgeStream.Storage;

namespace EdgeStream.Delivery.Tests;

/// <summary>The destination never takes objects of a size, and someone lowers the buffer.</summary>
public class SmallerBufferTests
{
    private const int Records = 100;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_in_flight_that_is_never_taken_is_split_after_the_buffer_was_lowered(bool breaksOff)
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = item => item.Content.Length <= 4096 ? SendResult.Accepted
            : breaksOff ? SendResult.Retryable("broken pipe")
            : SendResult.Rejected("413 EntityTooLarge");
        await StopInFlightAsync(stage);

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.True(stage.Destination.Objects.Count > 1);
    }

    [Fact]
    public async Task A_batch_in_flight_that_is_taken_after_all_stays_as_it_was()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await StopInFlightAsync(stage);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.Single(stage.Destination.Objects);
    }

    [Fact]
    public async Task A_batch_that_the_destination_already_has_is_not_split()
    {
        await using var stage = await OpenAsync();
        string? copy = null;
        stage.Destination.Stored = _ => copy ??= stage.CopyOfFolder();
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        await stage.ReopenAsync(copy!);
        stage.Definition = stage.Definition with { BufferBytes = 1024 };
        stage.Destination.Answer = _ => SendResult.Rejected("413 EntityTooLarge");

        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.Single(stage.Destination.Objects);
    }

    [Fact]
    public async Task While_the_destination_does_not_say_whether_it_has_the_batch_it_stays_in_flight()
    {
        await using var stage = await OpenAsync();
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await StopInFlightAsync(stage);

        var name = "";
        stage.Destination.Answer = item =>
        {
            Assert.True(name.Length == 0 || name == item.Name);
            name = item.Name;
            return SendResult.Retryable("away");
        };
        stage.Destination.FindAnswer = () => SendResult.Retryable("away");
        await stage.StartAsync();
        var attempts = stage.Destination.Attempts;
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > attempts + 3);
        Assert.Equal("away", stage.Status.LastError);

        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal([name], stage.Destination.Objects.Keys);
        AssertEveryRecordOnce(stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_server_may_have_that_does_not_tell_keeps_its_ids_when_those_of_others_are_new(bool isNew)
    {
        await using var stage = await OpenAsync();
        stage.Destination.KnowsObjects = false;
        stage.Destination.Answer = _ => SendResult.Retryable("the answer is lost");
        await StopInFlightAsync(stage);
        if (isNew)
        {
            await stage.Store.State.CommitAsync(new StateBatch().Put(StoreId.Key, "00000000"u8));
        }

        await stage.StartAsync();
        var attempts = stage.Destination.Attempts;
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > attempts + 3);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);

        // Under the same ids it may come in smaller batches.
        Assert.Equal(isNew, stage.Destination.Objects.Count == 1);
        Assert.DoesNotContain(stage.Destination.Objects.Keys, name => name.Contains("-00000000-shard"));
    }

    private static Task<DeliveryStage> OpenAsync() => DeliveryStage.OpenAsync(
        definition => definition with { BufferBytes = 1 << 20, Compression = CompressionKind.None });

    /// <summary>Leaves one large batch pending and lowers the buffer.</summary>
    private static async Task StopInFlightAsync(DeliveryStage stage)
    {
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 0);
        await stage.ReopenAsync(stage.CopyOfFolder());
        Assert.Empty(stage.Destination.Objects);
        stage.Definition = stage.Definition with { BufferBytes = 1024 };
    }

    private static void AssertEveryRecordOnce(DeliveryStage stage)
    {
        Assert.Equal(
            Enumerable.Range(1, Records).Select(i => (long)i),
            stage.Destination.Lines().Select(line => line.Sequence));
        var status = stage.Status;
        Assert.Equal((Records, Records, 0), (status.AppendedRecords, status.DeliveredRecords, status.EvictedRecords));
        Assert.Equal(stage.Destination.Objects.Count, status.DeliveredObjects);
    }
}
