using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>An encrypted log is used like any other, and its files tell nothing of what it holds.</summary>
public sealed class EncryptionTests
{
    [Fact]
    public void An_encrypted_log_gives_back_what_was_appended_after_a_stop_and_after_a_kill()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        for (var round = 0; round < 4; round++)
        {
            var log = new OpenLog(disk, Options(TestKeys.OnlyOld));
            Assert.Equal(written, log.ReadAll());
            Assert.Empty(log.Log.RecoveryFindings);
            Fill(log, written, segments: log.Log.Segments.Length + 1);
            Assert.Equal(written, log.ReadAll());
            if (round % 2 == 0)
            {
                log.Close();
            }
            else
            {
                log.Dispose();
            }
        }
    }

    [Fact]
    public void A_reader_that_waits_at_the_end_sees_each_commit_of_an_encrypted_log()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)), Options(TestKeys.OnlyOld));
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        for (var i = 1; i <= 300; i++)
        {
            Assert.False(reader.TryRead(out _));
            log.AppendAcknowledged(ValueOf(i));
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(ValueOf(i), Encoding.UTF8.GetString(record.Value));
            Assert.Equal("k", Encoding.UTF8.GetString(record.Key));
        }

        Assert.Equal(0, reader.SkippedRecords);
    }

    [Fact]
    public void An_encrypted_log_is_searched_by_number_and_by_time()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)), Options(TestKeys.OnlyOld));
        var written = new SortedDictionary<long, string>();
        Fill(log, written, segments: 3);
        for (long sequence = 1; sequence <= written.Count; sequence += 13)
        {
            using var reader = log.Log.OpenReader(new SequenceNumber(sequence));
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(sequence, record.Sequence.Value);
            Assert.Equal(written[sequence], Encoding.UTF8.GetString(record.Value));
            var found = log.Log.FindByArrivalTime(record.ArrivalTime);
            Assert.True(found <= record.Sequence);
        }
    }

    [Fact]
    public void A_record_of_half_a_segment_and_its_batches_fit()
    {
        using var log = new OpenLog(new SimulatedDisk(new Random(1)), Options(TestKeys.OnlyOld));
        var large = new string('x', (OpenLog.SegmentSizeBytes / 2) - 200);
        for (var i = 0; i < 5; i++)
        {
            log.AppendAcknowledged(large);
        }

        Assert.All(log.ReadAll(), record => Assert.Equal(large, record.Value));
        var batch = new AppendBatch();
        for (var i = 0; i < 100; i++)
        {
            batch.TryAdd("k"u8, Encoding.UTF8.GetBytes(new string('y', 240)));
        }

        log.AppendAcknowledged(batch);
        log.AppendAcknowledged("after");
        Assert.Equal(106, log.ReadAll().Count);
    }

    [Fact]
    public void Nothing_that_was_appended_stands_in_any_file()
    {
        var disk = new SimulatedDisk(new Random(1));
        var log = new OpenLog(disk, Options(TestKeys.OnlyOld) with { Compression = SegmentCompression.Brotli });
        var written = new SortedDictionary<long, string>();
        Fill(log, written, segments: 4);
        var batch = new AppendBatch();
        batch.TryAdd("key-of-SECRET"u8, "SECRET in a batch"u8);
        batch.SetCheckpoint("name-of-SECRET", "SECRET in a checkpoint"u8);
        log.AppendAcknowledged(batch);
        AssertSecret(disk);
        log.Close();
        AssertSecret(disk);
        using var again = new OpenLog(disk, Options(TestKeys.OnlyOld));
        Assert.True(again.Log.TryGetCheckpoint("name-of-SECRET", out var value));
        Assert.Equal("SECRET in a checkpoint"u8, value.Span);
    }

    [Fact]
    public void A_log_that_is_not_encrypted_shows_what_the_search_finds()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, Options(null));
        log.AppendAcknowledged(ValueOf(1));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSecret(disk));
    }

    [Fact]
    public void No_nonce_comes_twice_in_a_segment_that_is_opened_again_and_again()
    {
        var disk = new SimulatedDisk(new Random(1));
        var nonces = new HashSet<string>(StringComparer.Ordinal);
        var tails = 0;
        for (var round = 0; round < 20; round++)
        {
            using var log = new OpenLog(disk, Options(TestKeys.OnlyOld));
            log.AppendAcknowledged(ValueOf(round));
            log.AppendAcknowledged(ValueOf(round));
            disk.TurnOff();
            log.Dispose();

            // The tail is lost, so the same place is written again the next time.
            var path = log.Log.Segments[^1].Path;
            var frames = SealedEntries(disk.BytesOf(path), log.Log.Segments[^1].Header.Salt);
            foreach (var frame in frames)
            {
                tails += nonces.Add(frame.Nonce) ? 1 : 0;
            }

            disk.CutPower();
            disk.BytesOf(path)[frames[^1].Start..].Clear();
        }

        Assert.Equal(40, tails);
    }

    private static List<(int Start, string Nonce)> SealedEntries(ReadOnlySpan<byte> file, ulong salt)
    {
        var found = new List<(int Start, string Nonce)>();
        var cursor = new EntryCursor(salt, SegmentCipher.HeaderSizeBytes, SequenceNumber.None);
        EntryStep step;
        while ((step = cursor.TryStep(file, file.Length, out _)) is not (EntryStep.End or EntryStep.Damaged))
        {
            if (step == EntryStep.Sealed)
            {
                found.Add((cursor.BaseOffset, Convert.ToHexString(
                    file.Slice(cursor.BaseOffset + BaseEntry.EntrySizeBytes + 6, SealedFrame.NonceSizeBytes))));
            }
        }

        return found;
    }

    private static void AssertSecret(SimulatedDisk disk)
    {
        foreach (var name in disk.List(OpenLog.Folder))
        {
            Assert.True(
                disk.BytesOf($"{OpenLog.Folder}/{name}").IndexOf("SECRET"u8) < 0, $"{name} shows what it holds");
        }
    }

    internal static ShardLogOptions Options(LogEncryption? encryption) =>
        OpenLog.Options() with { Encryption = encryption };

    internal static string ValueOf(long sequence) => $"SECRET record {sequence} {new string('s', 300)}";

    internal static void Fill(OpenLog log, SortedDictionary<long, string> written, int segments)
    {
        while (log.Log.Segments.Length < segments)
        {
            SequenceNumber sequence = default;
            for (var i = 0; i < 7; i++)
            {
                var value = ValueOf(written.Count + 1);
                sequence = log.Append(value);
                written.Add(sequence.Value, value);
            }

            log.Log.WhenAcknowledged(sequence).GetAwaiter().GetResult();
        }
    }
}
