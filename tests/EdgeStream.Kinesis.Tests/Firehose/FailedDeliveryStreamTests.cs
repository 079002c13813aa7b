using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Firehose;

/// <summary>A delivery stream could not be started or deleted, and what was in the way goes.</summary>
public sealed class FailedDeliveryStreamTests
{
    private const string D = """{"DeliveryStreamName":"d"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_whose_delivery_did_not_start_goes_on(bool isReload)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        firehose.Buckets.IsAway = true;
        await firehose.PutAsync("1");
        await firehose.OkAsync("DeleteDeliveryStream", D);
        firehose.Runner.RunFailure = new IOException("no room");
        await firehose.RestartAsync();
        await BecomesAsync(firehose, "DELETING_FAILED");
        Assert.Equal("The delivery stream d cannot be deleted: no room", firehose.Failure);

        firehose.Runner.RunFailure = null;
        firehose.Buckets.IsAway = false;
        await (isReload ? firehose.UseAsync() : Task.Run(() => firehose.Time.Advance(TimeSpan.FromSeconds(30))));
        await firehose.GoneAsync();
        Assert.Equal("1", firehose.Buckets.Text());
        Assert.Null(firehose.Failure);
    }

    [Fact]
    public async Task A_deletion_that_failed_half_way_goes_on_when_it_is_asked_for_again()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        await firehose.PutAsync("1");
        firehose.Runner.StopFailure = new IOException("disk full");
        await firehose.OkAsync("DeleteDeliveryStream", D);
        await BecomesAsync(firehose, "DELETING_FAILED");

        firehose.Runner.StopFailure = null;
        await firehose.OkAsync("DeleteDeliveryStream", D);
        await firehose.GoneAsync();
        Assert.False(firehose.Store.TryGet("firehose-d", out _));
        Assert.False(firehose.Store.State.TryGet("firehose/d", out _));
        Assert.Equal("1", firehose.Buckets.Text());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_fails_in_a_way_it_should_not_is_told_and_started_later(bool isCanceled)
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        await firehose.MakeAsync();
        firehose.Runner.RunFailure = isCanceled ? new TaskCanceledException("busy") : new TimeoutException("busy");
        await firehose.RestartAsync();
        await BecomesAsync(firehose, "CREATING_FAILED");
        await firehose.PutAsync("1");
        firehose.Time.Advance(TimeSpan.FromSeconds(30));
        await BecomesAsync(firehose, "CREATING_FAILED");

        firehose.Runner.RunFailure = null;
        firehose.Time.Advance(TimeSpan.FromSeconds(30));
        await BecomesAsync(firehose, "ACTIVE");
        await firehose.DeliveredAsync("1");
    }

    [Fact]
    public async Task One_that_could_not_be_made_leaves_nothing_behind()
    {
        await using var firehose = await FirehoseUnderTest.StartAsync();
        firehose.Runner.RunFailure = new TimeoutException("busy");
        Assert.Equal(500, (await firehose.CallAsync("CreateDeliveryStream", FirehoseUnderTest.Create())).Status);
        Assert.False(firehose.Store.TryGet("firehose-d", out _));
        Assert.False(firehose.Store.State.TryGet("firehose/d", out _));

        firehose.Runner.RunFailure = null;
        await firehose.MakeAsync();
        await firehose.PutAsync("1");
        await firehose.DeliveredAsync("1");
    }

    private static Task BecomesAsync(FirehoseUnderTest firehose, string status) => Poll.UntilAsync(async () =>
        (await firehose.DescribeAsync()).GetProperty("DeliveryStreamStatus").GetString() == status);
}
