using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Random appends and power cuts on a disk that tears and reorders what was not synced, against a model.
/// </summary>
public sealed class PowerCutTests
{
    private const int Rounds = 12;

    public static TheoryData<int, int> Seeds()
    {
        var seeds = new TheoryData<int, int>();
        foreach (var seed in TestSeed.Take(40))
        {
            seeds.Add(seed, 512);
            seeds.Add(seed, 4096);
        }

        return seeds;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_acknowledged_record_survives_every_power_cut_in_order(int seed, int sectorSizeBytes) =>
        TestSeed.Run(
            seed,
            random => Assert.True(Survives(random, sectorSizeBytes, liesAboutSync: false, out var why), why));

    /// <summary>
    /// The canary: a disk that only pretends to sync must be caught, or the test above proves nothing.
    /// </summary>
    [Fact]
    public void A_sync_that_does_nothing_is_caught()
    {
        var caught = Enumerable.Range(0, 10)
            .Count(seed => !Survives(new Random(seed), 512, liesAboutSync: true, out _));
        Assert.True(caught >= 8, $"caught {caught} of 10");
    }

    private static bool Survives(Random random, int sectorSizeBytes, bool liesAboutSync, out string why)
    {
        var disk = new SimulatedDisk(random, sectorSizeBytes) { LiesAboutSync = liesAboutSync };
        var acknowledged = new SortedDictionary<long, string>();
        for (var round = 0; round < Rounds; round++)
        {
            using var log = new OpenLog(disk);
            var found = log.ReadAll();
            if (!IsAsPromised(acknowledged, found, log, out why))
            {
                return false;
            }

            // What was never acknowledged and survived all the same is part of the log from now on.
            acknowledged = found;
            AppendSome(random, log, acknowledged, round);
            if (random.Next(4) == 0)
            {
                log.Close();
            }
            else
            {
                // The machine's threads end with its power; none may write to the disk that starts again.
                disk.TurnOff();
                log.Dispose();
            }

            disk.CutPower();
        }

        why = "";
        return true;
    }

    private static bool IsAsPromised(
        SortedDictionary<long, string> acknowledged, SortedDictionary<long, string> found, OpenLog log, out string why)
    {
        foreach (var (sequence, value) in acknowledged)
        {
            if (!found.TryGetValue(sequence, out var text) || text != value)
            {
                why = $"record {sequence} was acknowledged as '{value}' and is now '{text ?? "gone"}'";
                return false;
            }
        }

        var isDense = found.Count == 0 || (found.First().Key == 1 && found.Last().Key == found.Count);
        var findings = string.Join(';', log.Log.RecoveryFindings);
        why = isDense ? "" : $"{found.Count} records end at {found.Last().Key}: {findings}";
        return isDense;
    }

    private static void AppendSome(Random random, OpenLog log, SortedDictionary<long, string> acknowledged, int round)
    {
        var commits = random.Next(1, 30);
        for (var commit = 0; commit < commits; commit++)
        {
            var batch = new List<(SequenceNumber Sequence, string Value)>();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var value = $"{round}/{commit}/{i} " + new string((char)random.Next('a', 'z'), random.Next(0, 900));
                batch.Add((log.Append(value), value));
            }

            if (commit < commits - 1)
            {
                log.Log.WhenAcknowledged(batch[^1].Sequence).GetAwaiter().GetResult();
                batch.ForEach(record => acknowledged.Add(record.Sequence.Value, record.Value));
            }
        }
    }
}
