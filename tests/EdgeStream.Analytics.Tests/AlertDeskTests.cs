using System.Text;
using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

/// <summary>Silences and acknowledgements, over restarts and power cuts.</summary>
public sealed class AlertDeskTests
{
    [Fact]
    public async Task A_silence_matches_what_it_says_and_ends_by_the_clock()
    {
        await using var bench = await ActionBench.OpenAsync();
        var silence = await bench.Desk.SilenceAsync(Draft(bench) with
        {
            Rule = "hot*", Key = "kiln-1", Severity = RuleSeverity.Warning,
            Labels = new LabelSet([new("site", "north*")]),
        });
        var alert = await bench.FireAsync(
            "hotter", "kiln-1", RuleSeverity.Warning, new LabelSet([new("site", "north-1"), new("x", "y")]));

        Assert.Equal(silence, bench.Desk.FindSilence(alert));
        Assert.Null(bench.Desk.FindSilence(alert with { Rule = "ho" }));
        Assert.Null(bench.Desk.FindSilence(alert with { Key = "kiln-10" }));
        Assert.Null(bench.Desk.FindSilence(alert with { Severity = RuleSeverity.Critical }));
        Assert.Null(bench.Desk.FindSilence(alert with { Labels = LabelSet.None }));
        bench.Time.Now += TimeSpan.FromHours(1);
        Assert.Null(bench.Desk.FindSilence(alert));
        Assert.Empty(bench.Desk.Silences);
    }

    [Fact]
    public async Task Silences_and_acknowledgements_are_there_after_a_restart()
    {
        await using var bench = await ActionBench.OpenAsync();
        var silence = await bench.Desk.SilenceAsync(Draft(bench) with { Key = "k", By = "ann", Comment = "repair ü" });
        var ended = await bench.Desk.SilenceAsync(Draft(bench) with { Key = "other" });
        await bench.Desk.AcknowledgeAsync("a1", "bob", "on my way");
        await bench.Desk.AcknowledgeAsync("a2", "bob", "");
        Assert.True(await bench.Desk.EndSilenceAsync(ended.Id));
        Assert.False(await bench.Desk.EndSilenceAsync(ended.Id));
        Assert.True(await bench.Desk.ForgetAsync("a2"));
        await bench.RestartAsync();

        Assert.Equal(silence, Assert.Single(bench.Desk.Silences));
        Assert.Equal(
            new Acknowledgement("a1", Timestamp.From(bench.Time.Now), "bob", "on my way"),
            bench.Desk.FindAcknowledgement("a1"));
        Assert.Null(bench.Desk.FindAcknowledgement("a2"));
        await bench.Desk.KeepAsync(new HashSet<string> { "a3" });
        Assert.Equal(0, bench.Desk.AcknowledgedCount);
    }

    [Fact]
    public async Task What_matches_everything_or_is_over_already_is_refused()
    {
        await using var bench = await ActionBench.OpenAsync();
        await RefusesAsync("what it is about", Draft(bench));
        await RefusesAsync("over already", Draft(bench) with { Key = "k", Until = Timestamp.From(bench.Time.Now) });
        await RefusesAsync("no label", Draft(bench) with { Labels = new LabelSet([new("a b", "c")]) });
        Assert.Empty(bench.Desk.Silences);

        async Task RefusesAsync(string reason, Silence draft) => Assert.Contains(
            reason,
            (await Assert.ThrowsAsync<ArgumentException>(async () => await bench.Desk.SilenceAsync(draft))).Message);
    }

    [Fact]
    public async Task A_change_of_the_desk_is_told_to_who_waits_for_it()
    {
        await using var bench = await ActionBench.OpenAsync();
        var changed = bench.Desk.WhenChanged();
        Assert.False(changed.IsCompleted);
        await bench.Desk.AcknowledgeAsync("a1", "ann", "");
        Assert.True(changed.IsCompleted);
        Assert.False(bench.Desk.WhenChanged().IsCompleted);
    }

    [Fact]
    public async Task A_power_cut_at_any_disk_operation_keeps_what_was_reported_as_done()
    {
        var isCut = true;
        for (var operations = 0; isCut; operations++)
        {
            var disk = new SimulatedDisk(new Random(operations));
            await using var bench = await ActionBench.OpenAsync(disk: disk);
            disk.OperationsUntilOff = operations;
            var silences = new HashSet<string>();
            var acknowledged = new HashSet<string>();
            var ended = new HashSet<string>();
            var done = await DecideAsync(bench, silences, ended, acknowledged);
            isCut = done < 6;
            await bench.CutPowerAsync();

            Assert.Superset(silences, bench.Desk.Silences.Select(silence => silence.Id).ToHashSet());
            Assert.DoesNotContain(bench.Desk.Silences, silence => ended.Contains(silence.Id));
            Assert.All(acknowledged, id => Assert.NotNull(bench.Desk.FindAcknowledgement(id)));
            await bench.RestartAsync();
        }
    }

    [Fact]
    public void The_records_of_silences_and_acknowledgements_are_frozen()
    {
        var silence = new Silence
        {
            Id = "0f", Rule = "hot", Key = "k ü", Severity = RuleSeverity.Critical,
            Labels = new LabelSet([new("site", "north")]), By = "ann", Comment = "why",
            CreatedAt = Timestamp.FromUnixMilliseconds(1_795_185_000_123),
            Until = Timestamp.FromUnixMilliseconds(1_795_185_060_000),
        };
        var text = """
            {"id":"0f","rule":"hot","key":"k ü","severity":"critical","labels":{"site":"north"},
            "createdAt":"2026-11-20T14:30:00.123Z","until":"2026-11-20T14:31:00.000Z","by":"ann","comment":"why"}
            """.ReplaceLineEndings("");
        Assert.Equal(text, Encoding.UTF8.GetString(DeskJson.ToBytes(silence)));
        Assert.Equal(silence, DeskJson.ReadSilence(Encoding.UTF8.GetBytes(text)));
        Assert.Null(DeskJson.ReadSilence("{}"u8.ToArray()));

        var acknowledgement = new Acknowledgement("a1", silence.CreatedAt, "ann", "why");
        const string Noted = """{"at":"2026-11-20T14:30:00.123Z","by":"ann","comment":"why"}""";
        Assert.Equal(Noted, Encoding.UTF8.GetString(DeskJson.ToBytes(acknowledgement)));
        Assert.Equal(acknowledgement, DeskJson.ReadAcknowledgement("a1", Encoding.UTF8.GetBytes(Noted)));
    }

    /// <summary>Decides this and that until the disk gives up; how much was reported as done.</summary>
    private static async Task<int> DecideAsync(
        ActionBench bench, HashSet<string> silences, HashSet<string> ended, HashSet<string> acknowledged)
    {
        var done = 0;
        try
        {
            for (var round = 0; round < 2; round++)
            {
                silences.Add((await bench.Desk.SilenceAsync(Draft(bench) with { Key = $"k{round}" })).Id);
                done++;
                await bench.Desk.AcknowledgeAsync($"a{round}", "ann", "");
                acknowledged.Add($"a{round}");
                done++;
                var ending = (await bench.Desk.SilenceAsync(Draft(bench) with { Key = "short" })).Id;
                ended.Add(await bench.Desk.EndSilenceAsync(ending) ? ending : "");
                done++;
            }
        }
        catch (IOException)
        {
            // The power is away.
            return done;
        }

        return done;
    }

    private static Silence Draft(ActionBench bench) => new()
    {
        Id = "", CreatedAt = default, Until = Timestamp.From(bench.Time.Now.AddHours(1)),
    };
}
