namespace EdgeStream.Delivery.Tests;

/// <summary>After an outage what comes now goes first, and what has waited beside it.</summary>
public class LiveFirstTests
{
    [Fact]
    public async Task A_fresh_record_is_out_with_the_link_and_what_waited_follows_in_order_and_marked()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        for (var minute = 0; minute < 10; minute++)
        {
            await stage.AppendManyAsync(30, padding: 500);
            stage.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await stage.AppendManyAsync(1);
        var fresh = records + 301;
        var before = stage.Destination.Accepted.Count;
        stage.Destination.Answer = static _ => SendResult.Accepted;

        // The clock stands still.
        await Eventually.TrueAsync(() =>
        {
            stage.Engine.Wake();
            return LiveStage.LinesInOrder(stage).Any(line => line.Sequence == fresh);
        });
        await LiveStage.ReturnAsync(stage);
        var lines = LiveStage.LinesInOrder(stage);
        var objects = stage.Destination.Accepted.Skip(before).Take(2)
            .Select(name => DeliveredLine.ReadAll(stage.Destination.Objects[name], isGzip: false)).ToArray();
        Assert.Contains(objects, item => item.Any(line => line.Sequence == fresh));
        LiveStage.AssertEachOnce(lines, fresh);
        var history = lines.Where(LiveStage.IsHistorical).Select(line => line.Sequence).ToArray();
        Assert.Equal(history.Order(), history);
        Assert.InRange(history.Length, 280, fresh);
        var live = lines.Where(line => !LiveStage.IsHistorical(line)).Select(line => line.Sequence).ToArray();
        Assert.Contains(fresh, live);
        Assert.Empty(LiveStage.Segments(stage));
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task While_probes_do_not_get_through_no_history_is_sent_and_one_batch_is_in_memory()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        var names = new HashSet<string>();
        stage.Destination.Answer = item =>
        {
            names.Add(item.Name);
            Assert.InRange(item.Content.Length, 1, LiveRules.ProbeBytesMax);
            Assert.False(item.IsHistorical);
            return SendResult.Retryable("away");
        };
        var attempts = stage.Destination.Attempts;
        await stage.AppendManyAsync(200, padding: 500);
        await stage.AdvanceUntilAsync(() => stage.Destination.Attempts > attempts + 20);
        Assert.Single(names);
        Assert.Single(LiveStage.Segments(stage));
        Assert.Equal(records + 200 - 1, stage.Status.BacklogRecords);
        Assert.InRange(stage.Status.HistoryRecords, 120, 122);
        Assert.True(stage.Status.LagSeconds > 10);
        LiveStage.AssertAddsUp(stage);
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records + 200);
    }

    [Fact]
    public async Task When_a_window_opens_what_is_new_goes_before_a_large_batch_that_waited()
    {
        await using var stage = await LiveStage.OpenAsync(definition => definition with
        {
            Link = new DeliveryLinkOptions { Windows = new WindowList(["22:00-13:00"]), TimeZone = "Etc/UTC" },
        });
        await stage.AppendManyAsync(1);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.DeliveredRecords == 1);
        stage.Time.Advance(new TimeSpan(13, 1, 0) - stage.Time.GetUtcNow().TimeOfDay);
        var attempts = stage.Destination.Attempts;
        await stage.AppendManyAsync(120, padding: 500);
        await stage.AdvanceUntilAsync(() => stage.Status.Hold == LinkHold.Window);
        await stage.AppendManyAsync(1);
        await stage.AdvanceUntilAsync(() => stage.Status.HistoryRecords > 0);
        Assert.Equal(attempts, stage.Destination.Attempts);
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0, TimeSpan.FromMinutes(1));
        var lines = LiveStage.LinesInOrder(stage);
        LiveStage.AssertEachOnce(lines, 122);
        Assert.Equal([1L, 122L], lines.Take(2).Select(line => line.Sequence));
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public void What_needs_its_order_is_not_delivered_live_first()
    {
        var definition = new DeliveryDefinition
        {
            Name = "d", Stream = "s", LiveFirst = true,
            Destination = new PrometheusDestinationOptions
            {
                Link = new ServerLink { Url = "http://127.0.0.1:9090/api/v1/write" },
            },
        };
        Assert.Contains(definition.Validate(), error => error.Member == nameof(DeliveryDefinition.LiveFirst));
        Assert.DoesNotContain(
            (definition with { LiveFirst = false }).Validate(),
            error => error.Member == nameof(DeliveryDefinition.LiveFirst));
    }

    [Fact]
    public async Task A_probe_comes_within_a_second_and_at_once_where_a_link_may_be_back()
    {
        await using var stage = await LiveStage.OpenAsync();
        await LiveStage.GoAwayAsync(stage);
        for (var i = 0; i < 20; i++)
        {
            var attempts = stage.Destination.Attempts;
            stage.Engine.Wake();
            await Eventually.TrueAsync(() => stage.Destination.Attempts > attempts);
            await Eventually.TrueAsync(() => stage.Status.NextAttemptAt is not null);
            Assert.InRange(
                stage.Status.NextAttemptAt!.Value - stage.Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task A_probe_that_gets_no_answer_is_given_up_and_at_once_where_a_link_may_be_back()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        stage.Destination.IsSilent = true;
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.Delivering);

        // Of four in a row at most one has more than 16 s.
        var attempts = stage.Destination.Attempts;
        var wokenAt = stage.Time.GetUtcNow();
        var wakes = 0;
        await stage.AdvanceUntilAsync(() =>
        {
            if (stage.Time.GetUtcNow() - wokenAt > TimeSpan.FromMinutes(5))
            {
                wakes++;
                wokenAt = stage.Time.GetUtcNow();
                stage.Engine.Wake();
            }

            return stage.Destination.Attempts >= attempts + 4;
        });
        Assert.InRange(wakes, 0, 1);
        attempts = stage.Destination.Attempts;
        await Eventually.TrueAsync(() =>
        {
            stage.Engine.Wake();
            return stage.Destination.Attempts > attempts + 5;
        });
        stage.Destination.IsSilent = false;
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records);
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task Probes_that_end_as_a_link_may_be_back_are_no_failures_of_the_destination()
    {
        await using var stage = await LiveStage.OpenAsync(definition => definition with
        {
            Link = new DeliveryLinkOptions { BreakerFailures = 50 },
        });
        await LiveStage.GoAwayAsync(stage);
        stage.Destination.IsSilent = true;
        for (var i = 0; i < 100; i++)
        {
            var attempts = stage.Destination.Attempts;
            stage.Engine.Wake();
            await Eventually.TrueAsync(() => stage.Destination.Attempts > attempts);
        }

        Assert.Equal(BreakerState.Closed, stage.Status.Breaker);
        stage.Destination.IsSilent = false;
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task History_that_waited_for_a_window_waits_on_where_the_live_lane_fails_by_then()
    {
        await using var stage = await LiveStage.OpenAsync(definition => definition with
        {
            Link = new DeliveryLinkOptions
            {
                Windows = new WindowList(["00:00-13:00", "14:00-24:00"]), TimeZone = "Etc/UTC", BreakerFailures = 0,
            },
        });
        var records = await LiveStage.GoAwayAsync(stage) + 201;
        await stage.AppendManyAsync(200, padding: 500);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.AppendManyAsync(1);

        // What is new gets through until the window closes; of history nothing does.
        stage.Destination.Answer = static item => item.IsHistorical
            ? SendResult.Retryable("away") : SendResult.Accepted;
        await stage.AdvanceUntilAsync(
            () => stage.Time.GetUtcNow().TimeOfDay >= new TimeSpan(13, 1, 0), TimeSpan.FromSeconds(10));
        await stage.AdvanceUntilAsync(() => stage.Status.Hold == LinkHold.Window);
        await stage.AppendManyAsync(1);
        var historical = 0;
        stage.Destination.Answer = item =>
        {
            historical += item.IsHistorical ? 1 : 0;
            return SendResult.Retryable("away");
        };
        var attempts = stage.Destination.Attempts;
        await stage.AdvanceUntilAsync(
            () => stage.Destination.Attempts > attempts + 20, TimeSpan.FromSeconds(10));
        Assert.Equal(0, historical);
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records + 1);
    }

    [Fact]
    public async Task A_small_batch_that_failed_is_sent_again_itself_and_the_outage_parts_the_shard_once()
    {
        await using var stage = await LiveStage.OpenAsync();
        stage.Destination.Answer = static _ => SendResult.Retryable("away");
        await stage.AppendManyAsync(3);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.State == DeliveryState.BackingOff);
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.AppendManyAsync(50, padding: 100);
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.AppendManyAsync(2);
        Assert.Empty(LiveStage.Segments(stage));
        await LiveStage.ReturnAsync(stage);
        var sequences = LiveStage.LinesInOrder(stage).Select(line => line.Sequence).ToArray();
        Assert.Equal([1, 2, 3, 54, 55, .. Enumerable.Range(4, 50).Select(i => (long)i)], sequences);
        Assert.Equal(
            Enumerable.Range(4, 50).Select(i => (long)i),
            LiveStage.LinesInOrder(stage).Where(LiveStage.IsHistorical).Select(line => line.Sequence));
    }

    [Fact]
    public async Task A_start_with_a_backlog_begins_with_the_newest_records()
    {
        await using var stage = await LiveStage.OpenAsync();
        await stage.AppendManyAsync(200, padding: 300);
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.AppendManyAsync(2);
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        var lines = LiveStage.LinesInOrder(stage);
        Assert.Equal([201, 202], lines.Take(2).Select(line => line.Sequence));
        Assert.Equal([false, false], lines.Take(2).Select(LiveStage.IsHistorical));
        Assert.Equal(
            Enumerable.Range(1, 200).Select(i => (long)i),
            lines.Where(LiveStage.IsHistorical).Select(line => line.Sequence));
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task Without_an_outage_lines_and_ledger_are_those_of_strict_order()
    {
        var kept = new List<(string[] Lines, string[] Keys)>();
        foreach (var liveFirst in new[] { true, false })
        {
            await using var stage = await LiveStage.OpenAsync(
                definition => definition with { LiveFirst = liveFirst });
            await stage.StartAsync();
            for (var i = 0; i < 5; i++)
            {
                await stage.AppendManyAsync(2);
                await stage.Engine.FlushAsync(default);
            }

            kept.Add((
                [.. LiveStage.LinesInOrder(stage).Select(line => line.Text)],
                [.. stage.Store.State.List("deliveries").Select(
                    item => item.Key.Contains("hours") ? item.Key : $"{item.Key} {item.Value.Length}")]));
        }

        Assert.Equal(kept[1].Lines, kept[0].Lines);
        Assert.Equal(kept[1].Keys, kept[0].Keys);
    }

    [Fact]
    public async Task Many_outages_take_a_bounded_number_of_segments_and_nothing_is_lost()
    {
        await using var stage = await LiveStage.OpenAsync(definition => definition with { BufferBytes = 40 << 10 });
        var records = await LiveStage.GoAwayAsync(stage);
        var most = 0;
        for (var outage = 0; outage < 20; outage++)
        {
            await stage.AppendManyAsync(120, padding: 500);
            stage.Time.Advance(TimeSpan.FromMinutes(1));
            await stage.AppendManyAsync(1);
            records += 121;

            // Nothing but what is new gets through, before the link is gone again.
            var isUp = true;
            stage.Destination.Answer = item => isUp && !item.IsHistorical
                ? SendResult.Accepted : SendResult.Retryable("away");
            var newest = stage.Stream.Shards[0].NewestSequence.Value;
            await stage.AdvanceUntilAsync(() => LiveStage.LinesInOrder(stage).Any(line => line.Sequence == newest));
            isUp = false;
            most = Math.Max(most, LiveStage.Segments(stage).Count + 1);
            LiveStage.AssertAddsUp(stage);
        }

        Assert.InRange(most, 10, LedgerSegments.CountMax);
        await LiveStage.ReturnAsync(stage);
        LiveStage.AssertEachOnce(LiveStage.LinesInOrder(stage), records);
        Assert.Empty(LiveStage.Segments(stage));
        LiveStage.AssertAddsUp(stage);
    }

    [Fact]
    public async Task Switched_off_with_history_left_all_goes_oldest_first_without_marks()
    {
        await using var stage = await LiveStage.OpenAsync();
        var records = await LiveStage.GoAwayAsync(stage);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.AppendManyAsync(5);
        var delivered = stage.Destination.Accepted.Count;
        await stage.ReopenAsync();
        Assert.NotEmpty(LiveStage.Segments(stage));
        stage.Definition = stage.Definition with { LiveFirst = false };
        stage.Destination.Answer = static _ => SendResult.Accepted;
        await stage.StartAsync();
        await stage.AdvanceUntilAsync(() => stage.Status.BacklogRecords == 0);
        Assert.Empty(LiveStage.Segments(stage));
        var lines = LiveStage.LinesInOrder(stage);
        Assert.Equal(
            Enumerable.Range(1, records + 5).Select(i => (long)i), lines.Select(line => line.Sequence));
        Assert.DoesNotContain(lines, LiveStage.IsHistorical);
        Assert.True(stage.Destination.Accepted.Count > delivered);
        LiveStage.AssertAddsUp(stage);
    }
}
