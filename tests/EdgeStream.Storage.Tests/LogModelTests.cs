using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Random lives of a log against a model, 100,000 operations, and two broken logs to be caught.</summary>
public sealed class LogModelTests
{
    private const int LifeCount = 50;
    private const int OperationsPerLife = 2000;
    private const int CanaryCount = 20;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(LifeCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_log_keeps_every_promise_over_crashes_errors_full_disks_and_damage(int seed) =>
        TestSeed.Run(seed, random => new LogModelRun(
            random, LogModelOptions.From(random) with { HasCompany = true, HasAllTroubles = true })
            .Run(OperationsPerLife));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_log_whose_keys_change_keeps_every_promise_too(int seed) =>
        TestSeed.Run(seed, random => new LogModelRun(
            random,
            LogModelOptions.From(random) with
            {
                HasCompany = true,
                HasAllTroubles = true,
                Keys = LogModelOptions.MakeKeys(),
            }).Run(OperationsPerLife));

    [Theory]
    [InlineData(2089261647)]
    [InlineData(1481268609)]
    [InlineData(437158083)]
    [InlineData(1072859286)]
    [InlineData(458202239)]
    [InlineData(827176620)]
    public void A_life_of_relaxed_durability_that_has_found_something_stays_whole(int seed) =>
        TestSeed.Run(seed, random => new LogModelRun(random, LogModelOptions.From(random)).Run(OperationsPerLife));

    [Theory]
    [InlineData(2092580586)]
    public void A_life_of_keys_that_has_found_something_stays_whole(int seed) =>
        TestSeed.Run(seed, random => new LogModelRun(
            random,
            LogModelOptions.From(random) with { HasCompany = true, Keys = LogModelOptions.MakeKeys() })
            .Run(OperationsPerLife));

    [Theory]
    [InlineData(612127679, false)]
    [InlineData(1915616018, true)]
    [InlineData(462573010, true)]
    [InlineData(234859638, true)]
    [InlineData(669932804, true)]
    [InlineData(1312668475, false)]
    [InlineData(1092075959, false)]
    [InlineData(1987934584, true)]
    [InlineData(6731524, true)]
    public void A_life_of_all_troubles_that_has_found_something_stays_whole(int seed, bool hasKeys) =>
        TestSeed.Run(seed, random => new LogModelRun(
            random,
            LogModelOptions.From(random) with
            {
                HasCompany = true,
                HasAllTroubles = true,
                Keys = hasKeys ? LogModelOptions.MakeKeys() : [],
            }).Run(OperationsPerLife));

    [Fact]
    public void A_life_has_every_kind_of_operation_and_is_the_same_for_the_same_seed()
    {
        var lives = Enumerable.Range(0, 2).Select(_ =>
        {
            var life = new LogModelRun(
                new Random(7),
                new LogModelOptions
                {
                    HasCompany = true,
                    HasAllTroubles = true,
                    Keys = LogModelOptions.MakeKeys(),
                });
            life.Run(OperationsPerLife);
            return life.Counts;
        }).ToList();
        Assert.Equal(lives[0], lives[1]);
        Assert.Equal(30, lives[0].Count);
    }

    [Fact]
    public void An_acknowledgement_without_a_sync_is_caught()
    {
        // To whoever was told that a record is safe, a disk that lies and a committer that never asks it are one.
        var life = new LogModelOptions { LiesAboutSync = true };
        Assert.Equal(CanaryCount, Enumerable.Range(0, CanaryCount).Count(seed => IsCaught(seed, life, 300)));
    }

    [Fact]
    public void An_acknowledgement_before_the_sync_is_caught()
    {
        var life = new LogModelOptions { Wrap = disk => new LateSyncDisk(disk) };
        Assert.Equal(CanaryCount, Enumerable.Range(0, CanaryCount).Count(seed => IsCaught(seed, life, 1000)));
    }

    [Fact]
    public void A_chain_that_does_not_hold_an_entry_to_its_predecessor_is_caught()
    {
        var life = new LogModelOptions
        {
            Durability = new Durability(DurabilityKind.OperatingSystem, 0),
            HasOneRecordSize = true,
            Wrap = disk => new UnchainedDisk(disk),
        };
        var caught = Enumerable.Range(0, CanaryCount).Count(seed => IsCaught(seed, life, OperationsPerLife));
        Assert.True(caught >= CanaryCount / 2, $"caught {caught} of {CanaryCount}");
    }

    private static bool IsCaught(int seed, LogModelOptions life, int operations)
    {
        try
        {
            new LogModelRun(new Random(seed), life).Run(operations);
            return false;
        }
        catch (LogModelException)
        {
            return true;
        }
    }
}
