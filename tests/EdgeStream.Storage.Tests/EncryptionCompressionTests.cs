using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Compressed segments of an encrypted log, and its upkeep.</summary>
public sealed class EncryptionCompressionTests
{
    [Fact]
    public void A_compressed_segment_is_encrypted_anew_with_the_key_of_that_time()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            EncryptionTests.Fill(log, written, segments: 3);
            log.Close();
        }

        using (var log = new OpenLog(disk, Compressing(TestKeys.Rotated)))
        {
            EncryptionTests.Fill(log, written, segments: 5);
            Assert.True(SpinWait.SpinUntil(
                () => log.Log.Segments.Take(4).All(segment => segment.IsCompressed), TimeSpan.FromSeconds(30)));
            Assert.Equal(written, log.ReadAll());
            log.Close();
        }

        foreach (var name in disk.List(OpenLog.Folder))
        {
            Assert.True(disk.BytesOf($"{OpenLog.Folder}/{name}").IndexOf("SECRET"u8) < 0, name);
        }

        // What the old key had encrypted is gone, and with it the need for the key.
        using var again = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyNew));
        Assert.Equal(written, again.ReadAll());
        Assert.True(again.Log.Segments[0].IsCompressed);
        Assert.True(again.Log.Segments[0].SizeBytes < OpenLog.SegmentSizeBytes / 2);
    }

    [Fact]
    public void A_damaged_block_costs_its_records_and_a_missing_key_is_told()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        var options = Compressing(TestKeys.OnlyOld) with { SegmentSizeBytes = 1 << 20 };
        using (var log = new OpenLog(disk, options))
        {
            EncryptionTests.Fill(log, written, segments: 2);
            Assert.True(SpinWait.SpinUntil(() => log.Log.Segments[0].IsCompressed, TimeSpan.FromSeconds(30)));
            log.Close();
        }

        Assert.Throws<EncryptionKeyException>(() => new OpenLog(disk, options with { Encryption = null }));
        disk.BytesOf(SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First))[400] ^= 1;
        using var damaged = new OpenLog(disk, options);
        var found = damaged.ReadAll();
        Assert.InRange(written.Count - found.Count, 1, written.Count / 4);
        Assert.All(found, record => Assert.Equal(written[record.Key], record.Value));
    }

    [Fact]
    public void Encrypted_segments_are_checked_and_their_indexes_made_again()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        var time = new ManualTimeProvider();
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld), time))
        {
            EncryptionTests.Fill(log, written, segments: 3);
            log.Close();
        }

        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        var index = Path.ChangeExtension(path, ".index");
        var whole = disk.TryRead(index);
        disk.Delete(index);
        using var opened = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        var check = new SegmentCheck(disk, opened.Log.Segments[0], opened.Log.Segments[1].FirstSequence);
        RunToEnd(check);
        Assert.True(check.HasRepairedIndex);
        Assert.Null(check.Rot);
        Assert.Equal(whole, disk.TryRead(index));
        disk.BytesOf(path)[9000] ^= 1;
        check = new SegmentCheck(disk, opened.Log.Segments[0], opened.Log.Segments[1].FirstSequence);
        RunToEnd(check);
        Assert.InRange(check.Rot!.Last.Value - check.Rot.First.Value, 0, 6);
    }

    [Fact]
    public async Task A_state_that_is_encrypted_comes_back_and_tells_nothing()
    {
        var disk = new SimulatedDisk(new Random(1));
        for (var round = 0; round < 3; round++)
        {
            using var log = new OpenLog(
                disk, StateStore.LogOptions(OpenLog.Folder) with { Encryption = TestKeys.OnlyOld });
            var state = StateStore.Load(log.Log);
            Assert.Equal(round > 0, state.TryGet("SECRET/key", out var value));
            Assert.Equal(round > 0 ? $"SECRET {round - 1}" : "", System.Text.Encoding.UTF8.GetString(value.Span));
            var batch = new StateBatch();
            batch.Put("SECRET/key", System.Text.Encoding.UTF8.GetBytes($"SECRET {round}"));
            await state.CommitAsync(batch);
            log.Close();
            foreach (var name in disk.List(OpenLog.Folder))
            {
                Assert.True(disk.BytesOf($"{OpenLog.Folder}/{name}").IndexOf("SECRET"u8) < 0, name);
            }
        }
    }

    private static ShardLogOptions Compressing(LogEncryption keys) =>
        EncryptionTests.Options(keys) with { Compression = SegmentCompression.Brotli };

    private static void RunToEnd(SegmentCheck check)
    {
        while (!check.IsDone)
        {
            check.Step();
        }
    }
}
