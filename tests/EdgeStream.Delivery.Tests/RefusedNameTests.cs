namespace EdgeStream.Delivery.Tests;

/// <summary>The destination takes no objects of a name, and someone mends the prefix.</summary>
public class RefusedNameTests
{
    private const int Records = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_in_flight_whose_name_is_refused_goes_under_a_new_one_after_the_prefix_was_mended(
        bool isAboutName)
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => Named(definition, "/logs/"));
        stage.Destination.Answer = item => item.Name[0] != '/' ? SendResult.Accepted
            : isAboutName ? SendResult.NameRefused("400 XMinioInvalidObjectName")
            : SendResult.Rejected("400 BadRequest");

        // A server that takes no object of the name may answer a question about it in the same way.
        stage.Destination.FindAnswer = () => isAboutName ? SendResult.Rejected("400 BadRequest") : null;
        await StopInFlightAsync(stage);

        stage.Definition = Named(stage.Definition, "logs/");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.All(stage.Destination.Objects.Keys, name => Assert.StartsWith("logs/", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_that_the_destination_already_has_is_not_sent_under_another_name()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => Named(definition, "old/"));
        string? copy = null;
        stage.Destination.Stored = _ => copy ??= stage.CopyOfFolder();
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => copy is not null);
        await stage.ReopenAsync(copy!);

        stage.Definition = Named(stage.Definition, "new/");
        stage.Destination.Answer = _ => SendResult.Rejected("403 AccessDenied");
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.StartsWith("old/", Assert.Single(stage.Destination.Objects).Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_in_flight_keeps_its_name_while_the_destination_is_away()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => Named(definition, "old/"));
        stage.Destination.Answer = _ => SendResult.Retryable("away");
        await StopInFlightAsync(stage);

        stage.Definition = Named(stage.Definition, "new/");
        await stage.StartAsync();
        var attempts = stage.Destination.Attempts;
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > attempts + 3);
        stage.Destination.Answer = _ => SendResult.Accepted;
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        AssertEveryRecordOnce(stage);
        Assert.StartsWith("old/", Assert.Single(stage.Destination.Objects).Key, StringComparison.Ordinal);
    }

    private static DeliveryDefinition Named(DeliveryDefinition definition, string prefix) => definition with
    {
        Naming = new ObjectNaming(prefix, "d-1", "0a1b2c3d", null),
    };

    private static async Task StopInFlightAsync(DeliveryStage stage)
    {
        await stage.AppendManyAsync(Records);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > 0);
        await stage.ReopenAsync(stage.CopyOfFolder());
        Assert.Empty(stage.Destination.Objects);
    }

    private static void AssertEveryRecordOnce(DeliveryStage stage)
    {
        Assert.Equal(
            Enumerable.Range(1, Records).Select(i => (long)i),
            stage.Destination.Lines().Select(line => line.Sequence));
        var status = stage.Status;
        Assert.Equal((Records, Records, 0), (status.AppendedRecords, status.DeliveredRecords, status.EvictedRecords));
    }
}
