using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// The index files of a log that was stopped cleanly, cut at every byte and with every byte changed: they only save
/// work, so that nothing is missing, whatever they say.
/// </summary>
public sealed class ExhaustiveIndexDamageTests
{
    private const int RecordCount = 40;
    private const string CheckpointName = "at";
    private const string Checkpoint = "place 1";
    private const int RecordSizeBytes = 4000;

    [Fact]
    public void An_index_file_in_which_a_byte_is_changed_costs_nothing()
    {
        foreach (var mask in (int[])[1, 0xFF])
        {
            ForEachByte((content, at) =>
            {
                var damaged = content.ToArray();
                damaged[at] ^= (byte)mask;
                return damaged;
            });
        }
    }

    [Fact]
    public void An_index_file_that_ends_at_any_byte_costs_nothing() => ForEachByte((content, at) => content[..at]);

    [Fact]
    public void An_index_file_with_zeros_from_any_byte_on_costs_nothing() => ForEachByte((content, at) =>
    {
        var damaged = content.ToArray();
        damaged.AsSpan(at).Clear();
        return damaged;
    });

    private static void ForEachByte(Func<byte[], int, byte[]> damage)
    {
        var files = WriteLog();
        var indexes = files.Keys.Where(path => path.EndsWith(".index", StringComparison.Ordinal)).ToList();
        Assert.True(indexes.Count > 2, $"{indexes.Count} index files");
        foreach (var path in indexes)
        {
            for (var at = 0; at < files[path].Length; at++)
            {
                CheckWhole(files, path, damage(files[path], at), $"{path}, byte {at}");
            }
        }
    }

    private static void CheckWhole(
        SortedDictionary<string, byte[]> files, string hit, byte[] damaged, string description)
    {
        var disk = new SimulatedDisk(new Random(1));
        foreach (var (path, content) in files)
        {
            disk.Replace(path, path == hit ? damaged : content);
        }

        using var log = OpenLog.Stepped(disk);
        Assert.Equal(RecordCount, log.Log.NewestSequence.Value);
        var found = log.ReadAll();
        Assert.True(found.Count == RecordCount, $"{description}: {found.Count} of {RecordCount} records are there");
        Assert.True(found.All(record => record.Value == Value(record.Key)), description);
        Assert.True(log.Log.TryGetCheckpoint(CheckpointName, out var checkpoint), description);
        Assert.Equal(Checkpoint, Encoding.UTF8.GetString(checkpoint.Span));
        using var reader = log.Log.OpenReader(new SequenceNumber(RecordCount / 2));
        Assert.True(reader.TryRead(out var middle) && middle.Sequence.Value == RecordCount / 2, description);
        Assert.True(log.Log.FindByArrivalTime(middle.ArrivalTime) <= middle.Sequence, description);
        Assert.Equal(RecordCount + 1, log.AppendAcknowledged("after").Value);
    }

    /// <summary>Some segments with their indexes, after a clean stop.</summary>
    private static SortedDictionary<string, byte[]> WriteLog()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = OpenLog.Stepped(disk);
        var batch = new AppendBatch();
        Assert.True(batch.TryAdd("k"u8, Encoding.UTF8.GetBytes(Value(1))));
        batch.SetCheckpoint(CheckpointName, Encoding.UTF8.GetBytes(Checkpoint));
        Assert.Equal(AppendStatus.Accepted, log.Log.TryAppend(batch, out _));
        log.Commit();
        for (var sequence = 2; sequence <= RecordCount; sequence++)
        {
            log.AppendAcknowledged(Value(sequence));
        }

        log.Log.Upkeep.DoWork();
        log.Close();
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in disk.List(OpenLog.Folder))
        {
            var path = $"{OpenLog.Folder}/{name}";
            files.Add(path, disk.BytesOf(path).ToArray());
        }

        return files;
    }

    private static string Value(long sequence) => $"record {sequence} ".PadRight(RecordSizeBytes, 'v');
}
