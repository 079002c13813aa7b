using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests.Link;

public class LinkCalendarTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("22:00-06:00", "2026-11-20T20:59:00Z", "2026-11-20T21:00:00Z")]
    [InlineData("22:00-06:00", "2026-11-20T21:00:00Z", null)]
    [InlineData("22:00-06:00", "2026-11-21T04:59:59Z", null)]
    [InlineData("22:00-06:00", "2026-11-21T05:00:00Z", "2026-11-21T21:00:00Z")]
    [InlineData("sat-sun 00:00-24:00", "2026-11-20T12:00:00Z", "2026-11-20T23:00:00Z")]
    [InlineData("sat-sun 00:00-24:00", "2026-11-22T22:59:59Z", null)]
    [InlineData("sat-sun 00:00-24:00", "2026-11-22T23:00:00Z", "2026-11-27T23:00:00Z")]
    [InlineData("fri 22:00-06:00", "2026-11-21T04:00:00Z", null)]
    [InlineData("fri 22:00-06:00", "2026-11-21T22:00:00Z", "2026-11-27T21:00:00Z")]
    [InlineData("sat-mon 10:00-11:00", "2026-11-23T09:30:00Z", null)]
    [InlineData("mon,wed 10:00-11:00", "2026-11-23T10:00:00Z", "2026-11-25T09:00:00Z")]
    public void A_window_is_open_by_the_clock_on_the_wall(string window, string at, string? until) =>
        Assert.Equal(
            until is null ? null : DateTimeOffset.Parse(until),
            new LinkCalendar([window], Berlin).ClosedUntil(DateTimeOffset.Parse(at)));

    [Theory]
    // On 29 March 2026 the clock goes from 02:00 to 03:00: that hour is no time of any window.
    [InlineData("02:15-02:45", "2026-03-29T00:59:59Z", "2026-03-30T00:15:00Z")]
    [InlineData("02:30-04:00", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")]
    [InlineData("01:30-02:30", "2026-03-29T00:59:59Z", null)]
    [InlineData("01:30-02:30", "2026-03-29T01:00:00Z", "2026-03-29T23:30:00Z")]
    [InlineData("sun 02:15-02:45", "2026-03-29T00:00:00Z", "2026-04-05T00:15:00Z")]
    // On 25 October 2026 it goes back from 03:00 to 02:00: that hour comes twice.
    [InlineData("02:15-02:45", "2026-10-25T00:15:00Z", null)]
    [InlineData("02:15-02:45", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z")]
    [InlineData("02:15-02:45", "2026-10-25T01:44:59Z", null)]
    [InlineData("01:00-02:30", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z")]
    public void Where_the_clock_jumps_the_wall_counts(string window, string at, string? until) =>
        A_window_is_open_by_the_clock_on_the_wall(window, at, until);

    [Fact]
    public void Several_windows_are_open_together_and_none_is_always()
    {
        var calendar = new LinkCalendar(["22:00-06:00", "sat-sun 00:00-24:00"], TimeZoneInfo.Utc);
        Assert.Equal(At("2026-11-20T22:00:00Z"), calendar.ClosedUntil(At("2026-11-20T12:00:00Z")));
        Assert.Null(calendar.ClosedUntil(At("2026-11-21T12:00:00Z")));
        Assert.Equal(At("2026-11-20T22:00:00Z"), calendar.ClosedUntil(At("2026-11-20T13:00:00Z")));
        Assert.Null(new LinkCalendar([], TimeZoneInfo.Utc).ClosedUntil(At("2026-11-20T12:00:00Z")));

        static DateTimeOffset At(string text) => DateTimeOffset.Parse(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("22:00")]
    [InlineData("22:00-")]
    [InlineData("22:00-22:00")]
    [InlineData("24:00-06:00")]
    [InlineData("22:60-06:00")]
    [InlineData("22:00-24:01")]
    [InlineData("2:00-06:00")]
    [InlineData("someday 22:00-06:00")]
    [InlineData("mon-tue-wed 22:00-06:00")]
    [InlineData("mon, tue 22:00-06:00")]
    [InlineData("mon 22:00-06:00 utc")]
    public void What_is_no_window_is_refused(string text)
    {
        Assert.False(LinkWindow.TryParse(text, out _));
        var error = Assert.Single(new DeliveryLinkOptions { Windows = new WindowList([text]) }.Validate());
        Assert.Contains($"'{text}', which is not a window", error.Message);
    }

    [Fact]
    public void A_zone_that_the_machine_does_not_know_is_refused() =>
        Assert.Contains(
            "no time zone", Assert.Single(new DeliveryLinkOptions { TimeZone = "Europe/Atlantis" }.Validate()).Message);

    [Fact]
    public async Task Outside_of_its_windows_a_delivery_begins_nothing_and_a_flush_does_not_change_that()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferSeconds = 0,
            Link = new DeliveryLinkOptions { Windows = new WindowList(["22:00-06:00"]), TimeZone = "Etc/UTC" },
        });
        await stage.AppendManyAsync(10);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.Waiting);
        Assert.Equal(LinkHold.Window, stage.Status.Hold);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero), stage.Status.NextAttemptAt);

        using var cancelled = new CancellationTokenSource();
        var flush = stage.Engine.FlushAsync(cancelled.Token);
        stage.Time.Advance(TimeSpan.FromHours(9));
        Assert.Equal(0, stage.Destination.Attempts);
        Assert.Equal(10, stage.Status.BacklogRecords);

        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromMinutes(1));
        Assert.Equal(22, stage.Time.GetUtcNow().Hour);
        await flush;
        Assert.Equal(LinkHold.None, stage.Status.Hold);
    }

    [Fact]
    public async Task The_last_part_of_a_millisecond_before_a_window_is_waited_for_without_spinning()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferSeconds = 0,
            Link = new DeliveryLinkOptions { Windows = new WindowList(["22:00-06:00"]), TimeZone = "Etc/UTC" },
        });
        var opening = new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
        stage.Time.SetUtcNow(opening - TimeSpan.FromMilliseconds(2999.6));
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.State == DeliveryState.Waiting);

        // Whoever spins does it in the timer's call, and the clock never comes back from it.
        await Task.Run(() => stage.Time.Advance(TimeSpan.FromMilliseconds(2999.2))).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, stage.Destination.Attempts);
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromMilliseconds(0.5));
    }

    [Fact]
    public async Task A_stop_outside_of_the_windows_sends_nothing_and_loses_nothing()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            Link = new DeliveryLinkOptions { Windows = new WindowList(["22:00-06:00"]), TimeZone = "Etc/UTC" },
        });
        await stage.AppendManyAsync(10);
        await stage.StartAsync();
        await Eventually.TrueAsync(() => stage.Status.BatchRecords == 10);
        await stage.StopEngineAsync();
        Assert.Equal(0, stage.Destination.Attempts);

        stage.Definition = stage.Definition with { Link = new DeliveryLinkOptions() };
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Equal(10, stage.Destination.Lines().Count);
    }

    [Fact]
    public void The_machines_own_zone_counts_where_none_is_given() =>
        Assert.Equal(TimeZoneInfo.Local, new DeliveryLinkOptions().ZoneOf(new ManualTimeProvider()));
}
