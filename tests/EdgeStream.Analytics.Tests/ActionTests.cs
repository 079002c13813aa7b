using EdgeStream.Storage;

namespace EdgeStream.Analytics.Tests;

/// <summary>When an action is told of what.</summary>
public sealed class ActionTests
{
    [Fact]
    public async Task An_alert_is_told_of_when_it_fires_and_when_it_is_over()
    {
        await using var bench = await ActionBench.OpenAsync();
        var alert = await bench.FireAsync();
        await bench.ResolveAsync(alert);

        Assert.Equal(["a1:firing", "a1:resolved"], bench.Action.Changes);
        Assert.Equal([true, false], bench.Action.Told.Select(told => told.IsAnyFiring));
        Assert.Equal((2, 0, 0), (bench.Status.Done, bench.Status.Standing, bench.Status.Waiting));
    }

    [Fact]
    public async Task After_a_restart_nothing_is_told_again_and_nothing_is_missed()
    {
        await using var bench = await ActionBench.OpenAsync();
        var first = await bench.FireAsync();
        await bench.RestartAsync();
        var second = await bench.FireAsync("cold");
        await bench.RestartAsync();
        await bench.ResolveAsync(first);
        await bench.RestartAsync();
        await bench.ResolveAsync(second);

        Assert.Equal(["a1:firing", "a2:firing", "a1:resolved", "a2:resolved"], bench.Action.Changes);
        await bench.PassAsync(2);
        Assert.DoesNotContain(
            bench.Store.State.List("alerting/actions/"), entry => entry.Key.StartsWith("alerting/actions/act/"));
    }

    [Fact]
    public async Task What_stood_before_the_action_was_configured_is_not_told_of()
    {
        await using var bench = await ActionBench.OpenAsync();
        var old = await bench.FireAsync();
        bench.Change = definition => definition with { Name = "later" };
        bench.Action = new RecordingAction();
        await bench.RestartAsync();
        await bench.ResolveAsync(old);
        Assert.Empty(bench.Action.Changes);

        await bench.FireAsync();
        Assert.Equal(["a2:firing"], bench.Action.Changes);
    }

    [Theory]
    [InlineData("hot", "site-1", RuleSeverity.Critical, "north", true)]
    [InlineData("cold", "site-1", RuleSeverity.Critical, "north", false)]
    [InlineData("hot", "site-1", RuleSeverity.Warning, "north", false)]
    [InlineData("hot", "site-1", RuleSeverity.Critical, "south", false)]
    [InlineData("hotter", "site-1", RuleSeverity.Critical, "north-west", true)]
    [InlineData("hot-own", "site-1", RuleSeverity.Critical, "north", false)]
    public async Task An_action_takes_alerts_by_rule_severity_and_labels(
        string rule, string key, RuleSeverity severity, string site, bool isTaken)
    {
        await using var bench = await ActionBench.OpenAsync(bench => bench.Change = definition => definition with
        {
            Rules = ["hot*"], Severity = RuleSeverity.Critical,
            Labels = new LabelSet([new("site", "north*")]), OtherRules = new HashSet<string> { "hot-own" },
        });
        await bench.FireAsync(rule, key, severity, new LabelSet([new("site", site)]));
        Assert.Equal(isTaken ? 1 : 0, bench.Action.Told.Count);
    }

    [Fact]
    public async Task Alerts_that_fire_within_the_groups_wait_are_told_of_together()
    {
        await using var bench = await ActionBench.OpenAsync(bench => bench.Options = bench.Options with
        {
            GroupBy = ["rule", "site"], GroupWait = TimeSpan.FromSeconds(5),
        });
        var north = new LabelSet([new("site", "north")]);
        await bench.FireAsync("hot", "k1", labels: north);
        await bench.PassAsync(3);
        await bench.FireAsync("hot", "k2", labels: north);
        await bench.FireAsync("hot", "k3");
        Assert.Empty(bench.Action.Told);
        await bench.PassAsync(5);

        Assert.Equal(["a1:firing", "a2:firing", "a3:firing"], bench.Action.Changes);
        Assert.Equal(
            ["""act:{rule="hot",site="north"}""", """act:{rule="hot",site=""}"""],
            bench.Action.Told.Select(told => told.GroupKey));
        Assert.Equal(["a1", "a2"], bench.Action.Told[0].Alerts.Select(alert => alert.Id));
    }

    [Fact]
    public async Task A_silenced_alert_is_told_of_when_the_silence_ends_and_it_still_fires()
    {
        await using var bench = await ActionBench.OpenAsync();
        await bench.SilenceAsync(rule: "ho*", seconds: 60);
        await bench.FireAsync("hot");
        var over = await bench.FireAsync("hotter");
        await bench.ResolveAsync(over);
        await bench.PassAsync(59);
        Assert.Empty(bench.Action.Told);
        await bench.RestartAsync();
        await bench.PassAsync(2);

        Assert.Equal(["a1:firing"], bench.Action.Changes);
    }

    [Fact]
    public async Task The_end_of_an_alert_that_was_told_of_is_told_under_a_silence_too()
    {
        await using var bench = await ActionBench.OpenAsync();
        var alert = await bench.FireAsync();
        await bench.SilenceAsync(key: "k");
        await bench.ResolveAsync(alert);
        Assert.Equal(["a1:firing", "a1:resolved"], bench.Action.Changes);
    }

    [Fact]
    public async Task An_alert_that_fires_on_is_told_of_again_until_somebody_acknowledges_it()
    {
        await using var bench = await ActionBench.OpenAsync(bench => bench.Options = bench.Options with
        {
            Repeat = TimeSpan.FromMinutes(10),
        });
        var alert = await bench.FireAsync();
        await bench.PassAsync(599);
        await bench.RestartAsync();
        await bench.PassAsync(1);
        Assert.Equal(["a1:firing", "a1:firing"], bench.Action.Changes);

        await bench.Desk.AcknowledgeAsync(alert.Id, "ann", "");
        await bench.PassAsync(6000);
        await bench.ResolveAsync(alert);
        Assert.Equal(["a1:firing", "a1:firing", "a1:resolved"], bench.Action.Changes);
    }

    [Fact]
    public async Task What_flaps_is_told_of_until_it_does_and_again_when_it_is_quiet()
    {
        await using var bench = await ActionBench.OpenAsync(bench => bench.Options = bench.Options with
        {
            Flapping = new FlapOptions(4, TimeSpan.FromMinutes(1)),
        });
        for (var round = 0; round < 5; round++)
        {
            var alert = await bench.FireAsync();
            await bench.PassAsync(1);
            await bench.ResolveAsync(alert);
            await bench.PassAsync(1);
            if (round == 2)
            {
                await bench.RestartAsync();
            }
        }

        // The end of the second is the fourth change: from there on nothing is told until a minute has brought fewer.
        Assert.Equal(["a1:firing", "a1:resolved", "a2:firing"], bench.Action.Changes);
        await bench.PassAsync(55);
        Assert.Equal(["a1:firing", "a1:resolved", "a2:firing"], bench.Action.Changes);
        await bench.PassAsync(5);
        Assert.Equal(["a1:firing", "a1:resolved", "a2:firing", "a2:resolved"], bench.Action.Changes);
    }

    [Fact]
    public async Task A_failure_is_tried_again_at_growing_distances_without_holding_other_groups_up()
    {
        await using var bench = await ActionBench.OpenAsync();
        var attempts = 0;
        bench.Action.Answer = told => told.GroupKey.Contains("bad") && ++attempts < 4
            ? ActionResult.Failed("it is away") : null;
        await bench.FireAsync("bad");
        await bench.FireAsync("good");
        Assert.Equal((2, "it is away", 1), (bench.Status.Waiting, bench.Status.LastError, bench.Status.Retried));
        await bench.PassAsync(1.1);
        Assert.Contains("a2:firing", bench.Action.Changes);
        for (var second = 0; second < 6; second++)
        {
            await bench.PassAsync(1.1);
        }

        Assert.Equal(4, attempts);
        Assert.Equal(["a2:firing", "a1:firing"], bench.Action.Changes);
        Assert.Null(bench.Status.LastError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_refused_or_fails_for_too_long_goes_to_the_error_stream_once(bool isRefused)
    {
        await using var bench = await ActionBench.OpenAsync(bench =>
        {
            bench.Options = bench.Options with { ErrorStream = "errors" };
            bench.Change = definition => definition with { GiveUpAfter = TimeSpan.FromSeconds(10) };
            bench.Action.Answer = _ => isRefused ? ActionResult.Refused("no") : ActionResult.Failed("no");
        });
        await bench.FireAsync();
        for (var second = 0; second < 30; second++)
        {
            await bench.PassAsync(1);
        }

        var record = Assert.Single(bench.Records("errors"));
        Assert.StartsWith("""action/act {"action":"act","kind":"recording","reason":"no","attempts":""", record);
        Assert.Contains("\"id\":\"a1\"", record);
        Assert.Equal((1, 0), (bench.Status.Failed, bench.Status.Waiting));
    }

    [Fact]
    public async Task An_alert_that_was_over_while_the_action_failed_is_told_of_as_both()
    {
        await using var bench = await ActionBench.OpenAsync();
        bench.Action.Answer = _ => ActionResult.Failed("it is away");
        var alert = await bench.FireAsync();
        await bench.ResolveAsync(alert);
        bench.Action.Answer = _ => null;
        await bench.RestartAsync();
        await bench.StepAsync();

        Assert.Equal(["a1:firing", "a1:resolved"], bench.Action.Changes);
        Assert.Equal(AlertState.Resolved, Assert.Single(bench.Action.Told[0].Alerts).State);
    }

    [Fact]
    public async Task A_level_is_on_while_anything_fires_and_is_shown_again_after_a_restart()
    {
        await using var bench = await ActionBench.OpenAsync(bench =>
            bench.Action = new RecordingAction { IsLevel = true, EndsWithAcknowledgement = true });
        await bench.StepAsync();
        var first = await bench.FireAsync();
        var second = await bench.FireAsync("cold");
        await bench.ResolveAsync(first);
        await bench.RestartAsync();
        await bench.StepAsync();
        await bench.Desk.AcknowledgeAsync(second.Id, "ann", "");
        await bench.StepAsync();
        await bench.Desk.ForgetAsync(second.Id);
        await bench.StepAsync();
        await bench.ResolveAsync(second);

        Assert.Equal([false, true, true, false, true, false], bench.Action.Told.Select(told => told.IsAnyFiring));
    }

    [Fact]
    public async Task No_more_than_a_thousand_alerts_stand_and_what_has_no_room_is_counted()
    {
        await using var bench = await ActionBench.OpenAsync();
        for (var index = 0; index < ActionTable.EntriesMax + 5; index++)
        {
            await bench.AppendAsync((await MadeAsync(index)) with { Key = $"k{index}" });
        }

        await bench.StepAsync();
        await bench.StepAsync();
        Assert.Equal((ActionTable.EntriesMax, 5), (bench.Status.Standing, bench.Status.Dropped));

        static Task<Alert> MadeAsync(int index) => Task.FromResult(new Alert
        {
            Id = $"n{index}", Rule = "hot", Severity = RuleSeverity.Info, State = AlertState.Firing, Key = "k",
            Field = "t", Value = 1, Threshold = 0, Message = "m", FiredAt = new Timestamp(index),
        });
    }
}
