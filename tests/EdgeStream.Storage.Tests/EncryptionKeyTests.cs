using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Which keys a log needs, and what happens without them: an error, and never a changed byte.</summary>
public sealed class EncryptionKeyTests
{
    [Fact]
    public void Without_the_key_nothing_is_opened_and_no_byte_is_changed()
    {
        var disk = Encrypted(isStopped: false);
        AssertRefused(disk, null, "no such key is given");
        AssertRefused(disk, TestKeys.OnlyNew, "no such key is given");
        AssertRefused(disk, new LogEncryption([TestKeys.Make("2025", 9)], null), "another one");
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.Equal(9, log.ReadAll().Count);
    }

    [Fact]
    public void A_wrong_byte_in_the_header_does_not_make_the_missing_key_look_like_damage()
    {
        var disk = Encrypted(isStopped: false);
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        for (var at = 0; at < SegmentCipher.HeaderSizeBytes; at++)
        {
            disk.BytesOf(path)[at] ^= 0x40;
            AssertRefused(disk, null, "no such key is given");
            disk.BytesOf(path)[at] ^= 0x40;
        }

        disk.BytesOf(path)[8..24].Clear();
        AssertRefused(disk, null, "no such key is given");
    }

    [Fact]
    public void Repair_and_inspection_need_the_key_too()
    {
        var disk = Encrypted(isStopped: true);
        var before = Snapshot(disk);
        Assert.Throws<EncryptionKeyException>(() => LogInspection.Open(disk, OpenLog.Folder).Dispose());
        Assert.Throws<EncryptionKeyException>(() => LogRepair.Try(disk, OpenLog.Folder));
        Assert.Throws<EncryptionKeyException>(() => LogRepair.Apply(disk, OpenLog.Folder, ".copy"));
        Assert.Equal(before, Snapshot(disk));
        using var log = LogInspection.Open(disk, OpenLog.Folder, TestKeys.OnlyOld);
        var segment = Assert.Single(log.Segments);
        Assert.Equal("2025", segment.KeyName);
        Assert.Equal(9, log.Verify(segment).Records);
        Assert.Empty(log.Verify(segment).Damage);
        Assert.Equal([new LogKeyUse("2025", TestKeys.Old.Id, 1)], log.KeyUse);
        Assert.Empty(LogRepair.Try(disk, OpenLog.Folder, TestKeys.OnlyOld).Steps);
    }

    [Fact]
    public void A_key_block_with_several_wrong_bytes_costs_its_segment_and_the_file_stays()
    {
        var disk = new SimulatedDisk(new Random(1));
        var written = new SortedDictionary<long, string>();
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            EncryptionTests.Fill(log, written, segments: 3);
            log.Close();
        }

        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        disk.BytesOf(path).Slice(SegmentHeader.SizeBytes, 40).Fill(0xEE);
        var damaged = disk.BytesOf(path).ToArray();
        using var opened = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.Contains(opened.Log.RecoveryFindings, finding => finding.Contains("key in its header is damaged"));
        var kept = opened.Log.Segments[1].FirstSequence.Value;
        Assert.Equal(written.Where(record => record.Key >= kept), opened.ReadAll());
        Assert.Equal(damaged, disk.BytesOf(path).ToArray());
    }

    [Fact]
    public void A_last_segment_whose_key_block_is_lost_stays_and_its_numbers_are_not_used_again()
    {
        var disk = Encrypted(isStopped: false);
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        disk.BytesOf(path).Slice(SegmentHeader.SizeBytes, 40).Fill(0xEE);
        var damaged = disk.BytesOf(path).ToArray();
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.True(log.AppendAcknowledged("after").Value > 9);
        Assert.Equal(["after"], log.ReadAll().Values);
        Assert.Equal(damaged, disk.BytesOf(path).ToArray());
    }

    [Fact]
    public void A_damaged_key_block_that_names_a_key_which_is_not_given_is_refused_until_it_is()
    {
        var disk = Encrypted(isStopped: false);
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);

        // The identifier: the key would still open it.
        disk.BytesOf(path).Slice(SegmentHeader.SizeBytes, 2).Fill(0xEE);
        AssertRefused(disk, TestKeys.OnlyNew, "no such key is given");
        AssertRefused(disk, TestKeys.OnlyNew, "any key under this name");
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            Assert.Equal(9, log.ReadAll().Count);
        }

        // A key of that name that does not open it: the log goes on without its records.
        var namesake = new LogEncryption([TestKeys.Make("2025", 9)], null);
        using var opened = new OpenLog(disk, EncryptionTests.Options(namesake));
        Assert.True(opened.AppendAcknowledged("after").Value > 9);
    }

    [Fact]
    public void A_damaged_key_block_that_names_no_key_costs_its_segment()
    {
        var disk = Encrypted(isStopped: false);
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        disk.BytesOf(path)[SegmentHeader.SizeBytes..SegmentCipher.HeaderSizeBytes].Fill(0xEE);
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyNew));
        Assert.True(log.AppendAcknowledged("after").Value > 9);
    }

    [Fact]
    public void While_a_segment_is_locked_no_key_counts_as_one_that_may_go()
    {
        var disk = Encrypted(isStopped: false);
        var path = SegmentFile.PathOf(OpenLog.Folder, SequenceNumber.First);
        disk.BytesOf(path).Slice(SegmentHeader.SizeBytes, 40).Fill(0xEE);
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.Rotated));
        var uses = new List<LogKeyUse>();
        log.Log.AddKeyUse(uses);
        Assert.Equal([new LogKeyUse(null, 0, 1, IsLocked: true), new LogKeyUse("2026", TestKeys.New.Id, 1)], uses);
        Assert.Contains("no key may go", uses[0].ToString(), StringComparison.Ordinal);
        using var inspection = LogInspection.Open(disk, OpenLog.Folder, TestKeys.Rotated);
        Assert.Equal(uses, inspection.KeyUse);
    }

    [Fact]
    public void Repair_with_a_key_that_is_only_there_to_read_begins_no_plain_segment_behind_an_encrypted_one()
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            while (log.Log.Segments.Length < 2)
            {
                var batch = new AppendBatch();
                batch.TryAdd("k"u8, new byte[1000]);
                batch.SetCheckpoint("secret place", "secret value"u8);
                log.AppendAcknowledged(batch);
            }

            log.Close();
        }

        var last = disk.List(OpenLog.Folder).Last(name => name.EndsWith(".log", StringComparison.Ordinal));
        disk.BytesOf($"{OpenLog.Folder}/{last}").Slice(SegmentHeader.SizeBytes, 40).Fill(0xEE);
        LogRepair.Apply(disk, OpenLog.Folder, ".copy", TestKeys.SwitchedOffOld);

        foreach (var name in disk.List(OpenLog.Folder))
        {
            Assert.Equal(-1, disk.BytesOf($"{OpenLog.Folder}/{name}").IndexOf("secret"u8));
        }

        using var opened = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        Assert.True(opened.Log.TryGetCheckpoint("secret place", out var value));
        Assert.Equal("secret value"u8, value.Span);
    }

    [Fact]
    public void Repair_restores_nothing_behind_the_end_of_an_encrypted_log()
    {
        var disk = new SimulatedDisk(new Random(1));
        var relaxed = EncryptionTests.Options(TestKeys.OnlyOld) with
        {
            Durability = new Durability(DurabilityKind.OperatingSystem, 0),
        };
        var ends = new List<int>();
        var log = OpenLog.Stepped(disk, relaxed);
        for (var i = 0; i < 5; i++)
        {
            log.Log.TryAppend("k"u8, new byte[300], null, out _);
            log.Commit(mustSync: i == 0);
            ends.Add(log.Log.Segments[0].VisibleEnd);
        }

        // The third frame is torn, so the log ends behind the second; in the fifth one byte is wrong.
        var path = log.Log.Segments[0].Path;
        disk.BytesOf(path).Slice(ends[1] + 100, 100).Clear();
        disk.BytesOf(path)[ends[3] + 10] ^= 1;
        var report = LogRepair.Try(disk, OpenLog.Folder, TestKeys.OnlyOld);
        Assert.DoesNotContain(report.Steps, step => step.Contains("put right", StringComparison.Ordinal));
        using var opened = new OpenLog(disk, relaxed);
        Assert.Equal(2, opened.Log.NewestSequence.Value);
    }

    [Fact]
    public void A_new_key_is_used_from_the_next_record_on_and_the_old_one_reads_what_it_wrote()
    {
        var disk = Encrypted(isStopped: true);
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.Rotated)))
        {
            Assert.Equal(9, log.ReadAll().Count);
            Assert.Equal(10, log.AppendAcknowledged("with the new key").Value);
            var uses = new List<LogKeyUse>();
            log.Log.AddKeyUse(uses);
            Assert.Equal(
                [new LogKeyUse("2025", TestKeys.Old.Id, 1), new LogKeyUse("2026", TestKeys.New.Id, 1)], uses);
            log.Close();
        }

        AssertRefused(disk, TestKeys.OnlyNew, "'2025'");
        using var again = new OpenLog(disk, EncryptionTests.Options(TestKeys.Rotated));
        Assert.Equal("with the new key", again.ReadAll()[10]);
        again.Log.EvictBefore(new SequenceNumber(10));
        again.Close();
        using var later = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyNew));
        Assert.Equal(["with the new key"], later.ReadAll().Values);
    }

    [Fact]
    public void A_running_log_takes_a_new_key_without_being_opened_again()
    {
        using var log = new OpenLog(
            new SimulatedDisk(new Random(1)), EncryptionTests.Options(TestKeys.OnlyOld));
        log.AppendAcknowledged("old");
        log.Log.Options = EncryptionTests.Options(TestKeys.Rotated);
        log.AppendAcknowledged("new");
        log.AppendAcknowledged("new too");
        Assert.Equal(["2025", "2026"], log.Log.Segments.Select(segment => segment.Cipher?.KeyName));
        Assert.Equal(["old", "new", "new too"], log.ReadAll().Values);
    }

    [Fact]
    public void A_new_key_counts_from_the_next_record_on_although_others_still_wait_to_be_written()
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        lock (disk.Gate)
        {
            // The committer cannot write: one of these waits for it in the buffer that the next one would go to.
            log.Append("old");
            log.Append("old too");
            log.Log.Options = EncryptionTests.Options(TestKeys.Rotated);
            Assert.Equal(AppendStatus.Busy, log.Log.TryAppend("k"u8, "new"u8, null, out _));
        }

        log.AppendAcknowledged("new");
        Assert.Equal(3, log.Log.Segments[^1].FirstSequence.Value);
        Assert.Equal(["old", "old too", "new"], log.ReadAll().Values);
    }

    [Fact]
    public void Encryption_can_be_switched_on_and_off_and_every_record_stays()
    {
        var disk = new SimulatedDisk(new Random(1));
        LogEncryption?[] lives = [null, TestKeys.OnlyOld, TestKeys.SwitchedOffOld, TestKeys.Rotated];
        foreach (var keys in lives)
        {
            using var log = new OpenLog(disk, EncryptionTests.Options(keys));
            var batch = new AppendBatch();
            batch.TryAdd("k"u8, Encoding.UTF8.GetBytes($"{log.Log.NewestSequence.Value}"));
            batch.SetCheckpoint("at", Encoding.UTF8.GetBytes($"{log.Log.NewestSequence.Value}"));
            log.AppendAcknowledged(batch);
            log.Close();
        }

        using var all = new OpenLog(disk, EncryptionTests.Options(TestKeys.Rotated));
        Assert.Equal([null, "2025", null, "2026"], all.Log.Segments.Select(segment => segment.Cipher?.KeyName));
        Assert.Equal(["0", "1", "2", "3"], all.ReadAll().Values);
        Assert.True(all.Log.TryGetCheckpoint("at", out var value));
        Assert.Equal("3"u8, value.Span);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(31, false)]
    [InlineData(33, false)]
    [InlineData(0, false)]
    public void A_key_of_raw_bytes_has_32_of_them(int count, bool isKey)
    {
        var material = new byte[count];
        new Random(1).NextBytes(material);
        Assert.Equal(isKey, EncryptionKey.TryMake("k", material, out _, out var problem));
        Assert.Equal(isKey, problem.Length == 0);
    }

    [Fact]
    public void A_key_is_the_same_in_hexadecimal_and_base64_and_raw()
    {
        var raw = new byte[EncryptionKey.SizeBytes];
        new Random(1).NextBytes(raw);
        byte[][] materials =
        [
            raw,
            Encoding.ASCII.GetBytes(Convert.ToHexString(raw)),
            Encoding.ASCII.GetBytes($"  {Convert.ToHexString(raw).ToLowerInvariant()}\n"),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(raw)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(raw) + "\r\n"),
        ];
        var ids = materials.Select(material =>
        {
            Assert.True(EncryptionKey.TryMake("k", material, out var key, out var problem), problem);
            return key.Id;
        });
        Assert.Single(ids.Distinct());
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("käse")]
    [InlineData("0123456789012345678901234567890123456789012345678901234x")]
    public void A_name_that_cannot_stand_in_a_header_is_refused(string name) =>
        Assert.False(EncryptionKey.TryMake(name, new byte[32], out _, out _));

    [Fact]
    public void A_key_of_equal_bytes_is_refused() =>
        Assert.False(EncryptionKey.TryMake("k", new byte[32], out _, out _));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_log_that_gets_another_key_has_no_damaged_index_beside_it(bool isIndexLeft)
    {
        var disk = new SimulatedDisk(new Random(1));
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld)))
        {
            log.Close();
        }

        var index = disk.List(OpenLog.Folder).Single(name => name.EndsWith(".index", StringComparison.Ordinal));
        var path = $"{OpenLog.Folder}/{index}";
        var before = disk.TryRead(path)!;
        using (var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.Rotated)))
        {
            log.AppendAcknowledged("first");
            Assert.Null(disk.TryRead(path));
        }

        if (isIndexLeft)
        {
            // As where the power goes between the new segment and this.
            disk.Replace(path, before);
        }

        using var inspection = LogInspection.Open(disk, OpenLog.Folder, TestKeys.Rotated);
        Assert.Equal(
            isIndexLeft ? IndexState.LeftOver : IndexState.Missing,
            inspection.Verify(Assert.Single(inspection.Segments)).Index);
        Assert.Empty(LogRepair.Try(disk, OpenLog.Folder, TestKeys.Rotated).Steps);
    }

    /// <summary>Nine records in one segment.</summary>
    private static SimulatedDisk Encrypted(bool isStopped)
    {
        var disk = new SimulatedDisk(new Random(1));
        using var log = new OpenLog(disk, EncryptionTests.Options(TestKeys.OnlyOld));
        for (var i = 0; i < 9; i++)
        {
            log.AppendAcknowledged(EncryptionTests.ValueOf(i));
        }

        if (isStopped)
        {
            log.Close();
        }

        return disk;
    }

    private static void AssertRefused(SimulatedDisk disk, LogEncryption? keys, string reason)
    {
        var before = Snapshot(disk);
        var error = Assert.Throws<EncryptionKeyException>(() => new OpenLog(disk, EncryptionTests.Options(keys)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(disk));
    }

    private static SortedDictionary<string, string> Snapshot(SimulatedDisk disk)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in disk.List(OpenLog.Folder))
        {
            files[name] = Convert.ToHexString(
                System.Security.Cryptography.SHA256.HashData(disk.BytesOf($"{OpenLog.Folder}/{name}")));
        }

        return files;
    }
}
