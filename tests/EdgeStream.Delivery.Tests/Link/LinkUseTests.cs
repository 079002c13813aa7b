using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Delivery.Tests.Link;

public class LinkUseTests(ITestOutputHelper output)
{
    private const long Month = 10 << 20;

    [Fact]
    public void The_entry_is_frozen()
    {
        var entry = new LinkUseEntry(0x5EFA, 0x5EF9, 0x0102030405, 0x1112131415, 0x2122232425);
        Assert.Equal(
            "01FA5E0000F95E0000050403020100000015141312110000002524232221000000", Convert.ToHexString(entry.Write()));
        Assert.True(LinkUseEntry.TryRead(entry.Write(), out var read));
        Assert.Equal(entry, read);
        Assert.False(LinkUseEntry.TryRead([2, .. entry.Write().AsSpan(1)], out _));
        Assert.False(LinkUseEntry.TryRead(entry.Write().AsSpan(1), out _));
    }

    [Fact]
    public async Task A_month_ends_and_the_next_has_its_own_allowance()
    {
        await using var stage = await OpenAsync();
        var use = Open(stage);
        await use.CountAsync((int)Month, 0);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), use.WaitFor(0));
        stage.Time.SetUtcNow(new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        Assert.NotNull(use.WaitFor(0));
        stage.Time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Null(use.WaitFor(0));
        Assert.Equal((0, Month), (use.Now.MonthBytes, use.Now.SentBytes));
    }

    [Fact]
    public async Task Nothing_begins_that_is_larger_than_what_is_left()
    {
        await using var stage = await OpenAsync();
        var use = Open(stage);
        await use.CountAsync((int)(Month - 1000), 0);
        Assert.Null(use.WaitFor(1000));
        Assert.NotNull(use.WaitFor(1001));

        // What no month has room for goes when half of one is left.
        Assert.NotNull(use.WaitFor(100 * Month));
        stage.Time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Null(use.WaitFor(100 * Month));
        await use.CountAsync((int)(Month / 2) + 1, 0);
        Assert.NotNull(use.WaitFor(100 * Month));
    }

    [Fact]
    public async Task After_a_kill_the_month_counts_too_much_never_too_little_and_by_one_step_at_most()
    {
        await using var stage = await OpenAsync();
        var random = TestSeed.Create(output.WriteLine);
        var use = Open(stage);
        for (var round = 0; round < 20; round++)
        {
            var sent = 0L;
            var before = use.Now.MonthBytes;
            for (var piece = random.Next(100); piece > 0; piece--)
            {
                var bytes = random.Next(1, 16 << 10);
                await use.CountAsync(piece % 3 == 0 ? 0 : bytes, piece % 3 == 0 ? bytes : 0);
                sent += bytes;
            }

            Assert.Equal(before + sent, use.Now.MonthBytes);
            use = Open(stage);
            Assert.InRange(use.Now.MonthBytes, before + sent, before + sent + LinkUse.StepBytes);
        }
    }

    [Fact]
    public async Task After_a_stop_the_numbers_are_exact()
    {
        await using var stage = await OpenAsync();
        var use = Open(stage);
        await use.CountAsync(1000, 234);
        await use.CloseAsync();
        use = Open(stage);
        Assert.Equal((1234, 1000, 234), (use.Now.MonthBytes, use.Now.SentBytes, use.Now.ReceivedBytes));
        Assert.Equal(0, use.BytesSinceStart);
    }

    [Fact]
    public async Task Without_an_allowance_the_state_is_written_after_megabytes()
    {
        await using var stage = await OpenAsync();
        var free = stage.Definition with { Link = new DeliveryLinkOptions() };
        var use = new LinkUse(stage.Store.State, free, stage.Time);
        await use.CountAsync(1 << 20, 0);
        Assert.Null(use.WaitFor(long.MaxValue));
        Assert.Equal(0, new LinkUse(stage.Store.State, free, stage.Time).Now.SentBytes);
        await use.CountAsync(3 << 20, 0);
        await Eventually.TrueAsync(
            () => new LinkUse(stage.Store.State, free, stage.Time).Now.SentBytes == 4 << 20);
    }

    [Fact]
    public async Task A_clock_that_goes_back_gives_no_second_allowance()
    {
        await using var stage = await OpenAsync();
        var use = Open(stage);
        await use.CountAsync((int)Month, 0);
        foreach (var wrong in new[] { "1970-01-01", "2026-10-31", "2026-08-01", "2026-11-01" })
        {
            stage.Time.SetUtcNow(DateTimeOffset.Parse(wrong + "T00:00:00Z"));
            Assert.NotNull(use.WaitFor(0));
            use = Open(stage);
            Assert.NotNull(use.WaitFor(0));
        }
    }

    [Fact]
    public async Task A_clock_that_was_ahead_by_years_is_believed_again_when_the_next_month_begins()
    {
        await using var stage = await OpenAsync();
        var use = Open(stage);
        stage.Time.SetUtcNow(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await use.CountAsync((int)Month, 0);
        stage.Time.SetUtcNow(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), use.WaitFor(0));
        stage.Time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Null(use.WaitFor(0));
    }

    [Fact]
    public async Task A_delivery_waits_for_the_next_month_and_a_flush_does_not_break_that()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferSeconds = 0, BufferBytes = 1024, Compression = CompressionKind.None,
            Link = new DeliveryLinkOptions { BytesPerMonth = DeliveryLinkOptions.BytesPerMonthMin },
        });
        stage.Destination.UsesLink = true;
        await stage.AppendManyAsync(1200, padding: 800);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.Waiting);
        var status = stage.Status;
        Assert.Equal(LinkHold.Month, status.Hold);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), status.NextAttemptAt);
        Assert.InRange(status.MonthBytes, (1 << 20) - 1024, 1 << 20);
        Assert.InRange(status.BacklogRecords, 1, 1199);

        using var cancelled = new CancellationTokenSource();
        var flush = stage.Engine.FlushAsync(cancelled.Token);
        stage.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(status.DeliveredRecords, stage.Status.DeliveredRecords);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);

        await stage.ReopenAsync();
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.Waiting);
        Assert.Equal(status.DeliveredRecords, stage.Status.DeliveredRecords);
        var next = DateTimeOffset.MaxValue;
        stage.Destination.Stored = _ => next = next < stage.Time.GetUtcNow() ? next : stage.Time.GetUtcNow();
        await stage.AdvanceUntilAsync(() => next < DateTimeOffset.MaxValue, TimeSpan.FromHours(12));
        Assert.True(next >= new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(1200, stage.Destination.Lines().Count);
    }

    private static Task<DeliveryStage> OpenAsync() => DeliveryStage.OpenAsync(definition => definition with
    {
        Link = new DeliveryLinkOptions { BytesPerMonth = Month },
    });

    private static LinkUse Open(DeliveryStage stage) => new(stage.Store.State, stage.Definition, stage.Time);
}
