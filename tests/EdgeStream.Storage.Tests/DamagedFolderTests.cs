using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Folders of logs that have lived: plain, encrypted under two keys and compressed segments, recycled files, indexes
/// and marks. Anything in them may be damaged: the log opens, reads no wrong record, loses none of a file that was not
/// hit, and goes on.
/// </summary>
public sealed class DamagedFolderTests
{
    private const int FolderCount = 12;
    private const int DamagesPerFolder = 40;
    private const int HitsMax = 3;
    private const string CopySuffix = ".copy";
    private const int SectorSizeBytes = 4096;

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(FolderCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_is_hit_the_log_opens_keeps_what_was_not_hit_and_goes_on(int seed) => TestSeed.Run(
        seed,
        random => Run(
            random, folder => folder.Damage(random, random.Next(1, HitsMax + 1), hasBadSector: false), Check));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nor_does_a_sector_that_cannot_be_read_take_more_than_its_file(int seed) => TestSeed.Run(
        seed, random => Run(random, folder => folder.Damage(random, random.Next(2), hasBadSector: true), Check));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Repair_takes_no_record_that_could_be_read_and_leaves_nothing_to_put_right(int seed) => TestSeed.Run(
        seed,
        random => Run(
            random,
            folder => folder.Damage(random, random.Next(1, HitsMax + 1), hasBadSector: random.Next(3) == 0),
            CheckRepair));

    private static void Run(
        Random random, Func<LivedFolder, DamagedFolder> damage, Action<DamagedFolder, Random> check)
    {
        var folder = LivedFolder.Make(random);
        for (var round = 0; round < DamagesPerFolder; round++)
        {
            var damaged = damage(folder);
            try
            {
                check(damaged, random);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(
                    $"round {round}, {string.Join("; ", damaged.Hits)}: {error.Message}", error);
            }
        }
    }

    private static void Check(DamagedFolder damaged, Random random)
    {
        var log = LivedFolder.Open(damaged.Disk);
        var found = Read(log, damaged);
        var findings = string.Join("; ", log.RecoveryFindings);
        foreach (var sequence in damaged.Safe)
        {
            Assert.True(found.ContainsKey(sequence), $"record {sequence} is gone and was not hit: {findings}");
        }

        if (damaged.IsEndSafe)
        {
            var newest = log.NewestSequence.Value;
            Assert.True(newest >= damaged.Newest, $"the log ends at {newest}: {findings}");
        }

        var next = LivedFolder.Append(log, "after");
        Assert.True(next >= log.OldestSequence.Value, $"{next} is older than the log");
        Assert.All(found.Keys, sequence => Assert.True(sequence < next, $"{next} is taken"));
        found[next] = "after";
        if (random.Next(2) == 0)
        {
            log.Writer.Close();
        }

        if (random.Next(2) == 0 && damaged.MayReadAgain)
        {
            // What could not be read can be again.
            damaged.Disk.UnreadableByte = null;
        }

        // Whatever opening has concluded, it concludes again.
        var again = LivedFolder.Open(damaged.Disk);
        var foundAgain = Read(again, damaged);
        foreach (var (sequence, value) in found)
        {
            Assert.True(
                foundAgain.TryGetValue(sequence, out var text) && text == value,
                $"record {sequence} was there and is gone: {findings}; {string.Join("; ", again.RecoveryFindings)}");
        }
    }

    private static void CheckRepair(DamagedFolder damaged, Random random)
    {
        var disk = damaged.Disk;
        var files = disk.List(OpenLog.Folder).ToDictionary(
            name => $"{OpenLog.Folder}/{name}", name => disk.BytesOf($"{OpenLog.Folder}/{name}").ToArray());
        SortedDictionary<long, string> readable;
        using (var before = LogInspection.Open(disk, OpenLog.Folder, TestKeys.Rotated))
        {
            readable = Read(before.Log, damaged);
        }

        var tried = LogRepair.Try(disk, OpenLog.Folder, TestKeys.Rotated);
        Assert.Equal(files.Keys.Select(Path.GetFileName).Order(StringComparer.Ordinal), disk.List(OpenLog.Folder));
        Assert.All(files, file => Assert.Equal(file.Value, disk.BytesOf(file.Key).ToArray()));
        if (disk.UnreadableByte is { } bad && files[disk.UnreadablePath!] is var bytes && bad < bytes.Length)
        {
            // Of the sector that cannot be read a copy has zeros.
            var sector = (int)bad / SectorSizeBytes * SectorSizeBytes;
            bytes.AsSpan(sector, Math.Min(SectorSizeBytes, bytes.Length - sector)).Clear();
        }

        var applied = LogRepair.Apply(disk, OpenLog.Folder, CopySuffix, TestKeys.Rotated);
        Assert.Equal(tried.Steps, applied.Steps);
        Assert.All(
            applied.Copies, copy => Assert.Equal(files[copy[..^CopySuffix.Length]], disk.BytesOf(copy).ToArray()));

        var again = LogRepair.Try(disk, OpenLog.Folder, TestKeys.Rotated);
        Assert.True(again.Steps.Count == 0, $"repair leaves {string.Join("; ", again.Steps)}");
        Assert.Equal(applied.Remaining, again.Remaining);
        if (random.Next(2) == 0 && damaged.MayReadAgain)
        {
            disk.UnreadableByte = null;
        }

        var log = LivedFolder.Open(disk);
        var left = Read(log, damaged);
        foreach (var (sequence, value) in readable)
        {
            Assert.True(
                left.TryGetValue(sequence, out var text) && text == value,
                $"record {sequence} could be read before: {string.Join("; ", applied.Steps)}");
        }

        Assert.DoesNotContain(LivedFolder.Append(log, "after"), readable.Keys);
    }

    /// <summary>Reads everything: records and gaps cover every number once, and no record is a wrong one.</summary>
    private static SortedDictionary<long, string> Read(ShardLog log, DamagedFolder damaged)
    {
        var found = new SortedDictionary<long, string>();
        using var reader = log.OpenReader(SequenceNumber.First);
        long next = 1;
        LogReadStep step;
        while ((step = reader.Read(out var record)) != LogReadStep.None)
        {
            if (step == LogReadStep.Gap)
            {
                Assert.Equal(next, reader.Gap.First.Value);
                next = reader.Gap.Last.Value + 1;
                continue;
            }

            Assert.Equal(next++, record.Sequence.Value);
            var value = Encoding.UTF8.GetString(record.Value);
            Assert.True(
                value == "after" || damaged.Values[record.Sequence.Value] == value,
                $"record {record.Sequence} is '{value[..Math.Min(40, value.Length)]}'");
            found.Add(record.Sequence.Value, value);
        }

        Assert.Equal(log.NewestSequence.Value + 1, next);
        return found;
    }
}
