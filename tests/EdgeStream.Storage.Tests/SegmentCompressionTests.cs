using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Sealed segments become smaller in the background and are read as before.</summary>
public sealed class SegmentCompressionTests
{
    [Theory]
    [InlineData(SegmentCompression.Auto)]
    [InlineData(SegmentCompression.Brotli)]
    public void Compressed_segments_hold_every_record_by_number_and_by_time(SegmentCompression compression)
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(compression));
        var times = Fill(log, 4);
        WaitUntilCompressed(log, 3);

        var found = log.ReadAll();

        Assert.Equal(log.Log.NewestSequence.Value, found.Count);
        Assert.All(found, record => Assert.Equal(ValueOf(record.Key), record.Value));
        foreach (var (sequence, time) in times)
        {
            Assert.True(log.Log.FindByArrivalTime(time).Value <= sequence);
            using var reader = log.Log.OpenReader(new SequenceNumber(sequence));
            Assert.True(reader.TryRead(out var record));
            Assert.Equal(sequence, record.Sequence.Value);
            Assert.Equal(0, reader.SkippedRecords);
        }
    }

    [Fact]
    public void Compressed_segments_are_smaller_and_their_size_is_what_counts()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Brotli) with { SpareSegmentsMax = 0 });
        Fill(log, 4);
        WaitUntilCompressed(log, 3);
        var onDisk = disk.List(OpenLog.Folder)
            .Where(name => name.EndsWith(".log", StringComparison.Ordinal))
            .Sum(name => disk.BytesOf($"{OpenLog.Folder}/{name}").Length);
        Assert.Equal(onDisk, log.Log.SizeBytes);
        Assert.True(log.Log.Segments[0].SizeBytes < SegmentSizeBytes / 4);
    }

    [Fact]
    public void A_log_with_compressed_segments_opens_again_after_a_stop_and_after_a_kill()
    {
        var disk = Disk();
        var log = new OpenLog(disk, Options(SegmentCompression.Auto));
        Fill(log, 3);
        WaitUntilCompressed(log, 2);
        var all = log.ReadAll();
        log.Close();
        using (var stopped = new OpenLog(disk, Options(SegmentCompression.None)))
        {
            Assert.Equal(all, stopped.ReadAll());
            Assert.Empty(stopped.Log.RecoveryFindings);
        }

        using var killed = new OpenLog(disk, Options(SegmentCompression.None));
        Assert.Equal(all, killed.ReadAll());
    }

    [Fact]
    public void A_reader_that_was_inside_goes_on_with_the_bytes_that_it_has()
    {
        using var log = new OpenLog(Disk(), Options(SegmentCompression.None));
        Fill(log, 3);
        using var reader = log.Log.OpenReader(SequenceNumber.First);
        Assert.True(reader.TryRead(out _));
        log.Log.Options = Options(SegmentCompression.Auto);
        Fill(log, 4);
        WaitUntilCompressed(log, 3);
        long read = 1;
        while (reader.TryRead(out var record))
        {
            Assert.Equal(++read, record.Sequence.Value);
        }

        Assert.Equal(log.Log.NewestSequence.Value, read);
    }

    [Fact]
    public void A_damaged_block_costs_its_own_records_and_no_others()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Brotli));
        Fill(log, 3);
        WaitUntilCompressed(log, 2);
        log.Close();
        var path = log.Log.Segments[0].Path;
        disk.BytesOf(path)[5000] ^= 1;

        using var damaged = new OpenLog(disk, Options(SegmentCompression.None));
        var found = damaged.ReadAll();

        Assert.All(found, record => Assert.Equal(ValueOf(record.Key), record.Value));
        var lost = damaged.Log.NewestSequence.Value - found.Count;
        Assert.InRange(lost, 1, 200);
    }

    [Fact]
    public void One_damaged_byte_anywhere_in_the_tables_costs_nothing()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Brotli));
        Fill(log, 2);
        WaitUntilCompressed(log, 1);
        var segment = log.Log.Segments[0];
        var file = disk.BytesOf(segment.Path).ToArray();
        var table = CompressedTable.TryRead(file, segment.Header)!;
        for (var at = file.Length - (2 * table.SizeBytes); at < file.Length; at++)
        {
            file[at] ^= 0x10;
            var read = CompressedTable.TryRead(file, segment.Header);
            Assert.Equal(table.Blocks, read?.Blocks);
            file[at] ^= 0x10;
        }
    }

    [Fact]
    public void A_segment_with_damage_inside_stays_as_it_is()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.None));
        Fill(log, 3);
        disk.BytesOf(log.Log.Segments[0].Path)[20_000] ^= 1;
        log.Log.Options = Options(SegmentCompression.Auto);
        Fill(log, 4);
        Assert.True(SpinWait.SpinUntil(() => log.Log.Segments[2].IsCompressed, TimeSpan.FromSeconds(30)));
        Assert.False(log.Log.Segments[0].IsCompressed);
    }

    [Fact]
    public void A_segment_that_the_device_cannot_read_is_reported_as_rotten_and_left_alone()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.None));
        Fill(log, 3);
        var rotten = log.Log.Segments[0];
        (disk.UnreadablePath, disk.UnreadableByte) = (rotten.Path, 600_000);
        log.Log.Options = Options(SegmentCompression.Auto);
        Fill(log, 4);
        Assert.True(SpinWait.SpinUntil(() => log.Log.Segments[2].IsCompressed, TimeSpan.FromSeconds(30)));

        Assert.False(rotten.IsCompressed);
        var rot = Assert.Single(log.Log.Scrub.Rot);
        Assert.Equal(rotten.Path, rot.Path);
        Assert.Contains("cannot read", rot.Reason, StringComparison.Ordinal);
        Assert.InRange(rot.First.Value, rotten.FirstSequence.Value + 1, rot.Last.Value);
        Assert.InRange(rot.Last.Value, rot.First.Value, log.Log.Segments[1].FirstSequence.Value - 1);
        Assert.Empty(log.Log.UpkeepFailures);
        Assert.DoesNotContain(disk.List(OpenLog.Folder), name => name.EndsWith(".packing", StringComparison.Ordinal));

        // Who reads it now gets a gap: in a mapping the sector would be the end of the process.
        var newest = log.Log.NewestSequence.Value;
        Assert.InRange(log.ReadAll().Count, newest - 100, newest - 1);
    }

    [Fact]
    public void A_block_that_the_device_cannot_read_costs_its_own_records_and_no_others()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Brotli));
        Fill(log, 3);
        WaitUntilCompressed(log, 2);
        var segment = log.Log.Segments[0];
        var block = segment.ReadTable()!.Blocks[3];
        (disk.UnreadablePath, disk.UnreadableByte) = (segment.Path, block.FileOffset + 10);

        var found = log.ReadAll();

        // Its sector may hold the end of the block before it, and a short block whole.
        var sector = (block.FileOffset + 10) / SectorSizeBytes * SectorSizeBytes;
        var others = segment.ReadTable()!.Blocks.Where(other =>
            other.FileOffset >= sector + SectorSizeBytes || other.FileOffset + other.FileSizeBytes <= sector).ToList();
        block = segment.ReadTable()!.Blocks.Except(others).First();
        var next = others.First(other => other.FileOffset > sector).Sequence;
        var missing = Enumerable.Range(1, (int)log.Log.NewestSequence.Value).Where(n => !found.ContainsKey(n));
        Assert.Equal(
            Enumerable.Range((int)block.Sequence.Value, (int)(next.Value - block.Sequence.Value)), missing);
    }

    [Fact]
    public void A_log_that_needs_a_library_which_is_missing_is_refused_and_nothing_is_changed()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Brotli));
        Fill(log, 2);
        WaitUntilCompressed(log, 1);
        var segment = log.Log.Segments[0];
        var table = segment.ReadTable()! with { Codec = BlockCodecKind.Zstandard };
        log.Close();
        SayCodec(disk, segment, table);
        var before = ContentOf(disk);

        var without = Options(SegmentCompression.Auto) with { Zstandard = null };
        var error = Assert.Throws<IOException>(() => new OpenLog(disk, without));

        Assert.Contains(segment.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("install libzstd", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, ContentOf(disk));
    }

    [Fact]
    public void Without_the_library_segments_are_compressed_with_Brotli()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Auto) with { Zstandard = null });
        Fill(log, 2);
        WaitUntilCompressed(log, 1);
        Assert.Equal(BlockCodecKind.Brotli, log.Log.Segments[0].ReadTable()!.Codec);
    }

    [Fact]
    public void A_segment_whose_new_name_could_not_be_synced_is_read_as_what_it_is()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.None));
        Fill(log, 3);
        var segment = log.Log.Segments[0];
        Assert.True(SpinWait.SpinUntil(() => disk.TryRead(segment.IndexPath) is not null, TimeSpan.FromSeconds(30)));
        disk.RenamesUntilFailure = 0;

        Assert.Throws<IOException>(() => SegmentCompressor.TryCompress(
            Job(disk, segment, log.Log.Segments[1]),
            (path, sizeBytes) => disk.Create(path, sizeBytes),
            () => false,
            out _));

        disk.RenamesUntilFailure = int.MaxValue;
        Assert.True(segment.IsCompressed);
        Assert.Equal(disk.BytesOf(segment.Path).Length, segment.SizeBytes);
        Assert.Equal(log.Log.NewestSequence.Value, log.ReadAll().Count);

        // A power cut may bring the old file back: then it needs its index.
        Assert.NotNull(disk.TryRead(segment.IndexPath));
    }

    [Fact]
    public void What_does_not_become_smaller_stays_as_it_is()
    {
        var disk = Disk();
        using var log = new OpenLog(disk, Options(SegmentCompression.Auto));
        var noise = new byte[20_000];
        var random = new Random(1);
        while (log.Log.Segments.Length < 3)
        {
            random.NextBytes(noise);
            log.AppendAcknowledged(Convert.ToBase64String(noise)[..10_000] + Latin(random));
        }

        log.Close();
        Assert.False(log.Log.Segments[0].SizeBytes < SegmentSizeBytes / 2);
        Assert.DoesNotContain(disk.List(OpenLog.Folder), name => name.EndsWith(".packing", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_has_the_documented_bytes()
    {
        var header = new byte[64];
        header.AsSpan().Fill(7);
        var table = new CompressedTable(
            BlockCodecKind.Brotli,
            new SequenceNumber(9),
            200_000,
            [new CompressedBlock(new SequenceNumber(1), new Timestamp(2), 64, 199_936, 64, 1000, 0x01020304)]);
        var bytes = table.ToBytes(header, 1064);
        Assert.Equal(TableHex, Convert.ToHexString(bytes.AsSpan(0, bytes.Length - 4)));
        var whole = new byte[1064 + bytes.Length];
        header.CopyTo(whole, 0);
        bytes.CopyTo(whole, 1064);
        var segment = new SegmentHeader(1 << 20, SequenceNumber.First, default, 1, 0, 1, 0);
        Assert.Equal(table.Blocks, CompressedTable.TryRead(whole, segment)!.Blocks);
    }

    /// <summary>Written down from the table in the room's README.</summary>
    private const string TableHex =
        "01000000000000000200000000000000" + "40000000000D030040000000E803000004030201"
        + "454447455A495000" + "0200000001000000" + "0900000000000000" + "400D03002804000000000000";

    public static TheoryData<int> Seeds() => [.. TestSeed.Take(2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_power_cut_at_any_operation_of_compressing_leaves_one_whole_version(int seed) => TestSeed.Run(
        seed,
        random =>
        {
            var written = new SimulatedDisk(random);
            using (var log = new OpenLog(written, Options(SegmentCompression.None)))
            {
                Fill(log, 3);
                log.Close();
            }

            var operations = 0;
            while (!CompressUntilCut(written, operations))
            {
                operations++;
            }

            Assert.True(operations > 8, $"only {operations} operations were cut");
        });

    private static bool CompressUntilCut(SimulatedDisk written, int operations)
    {
        var disk = new SimulatedDisk(written.Random);
        foreach (var name in written.List(OpenLog.Folder))
        {
            disk.Replace($"{OpenLog.Folder}/{name}", written.TryRead($"{OpenLog.Folder}/{name}"));
        }

        var isDone = false;
        using (var log = new OpenLog(disk, Options(SegmentCompression.None)))
        {
            var segments = log.Log.Segments;
            disk.OperationsUntilOff = operations;
            try
            {
                isDone = SegmentCompressor.TryCompress(
                    Job(disk, segments[0], segments[1]),
                    (path, sizeBytes) => disk.Create(path, sizeBytes),
                    () => false,
                    out _);
            }
            catch (IOException)
            {
                // The power went away in the middle of something.
            }
        }

        disk.CutPower();
        using var reopened = new OpenLog(disk, Options(SegmentCompression.None));
        var found = reopened.ReadAll();
        Assert.Equal(reopened.Log.NewestSequence.Value, found.Count);
        Assert.All(found, record => Assert.Equal(ValueOf(record.Key), record.Value));
        Assert.DoesNotContain(disk.List(OpenLog.Folder), name => name.EndsWith(".packing", StringComparison.Ordinal));
        Assert.True(!isDone || reopened.Log.Segments[0].IsCompressed);
        return isDone;
    }

    private const int SegmentSizeBytes = 1 << 20;
    private const int SectorSizeBytes = 4096;

    private static ShardLogOptions Options(SegmentCompression compression) =>
        OpenLog.Options() with { SegmentSizeBytes = SegmentSizeBytes, Compression = compression };

    /// <summary>Writes both copies of a table anew.</summary>
    private static void SayCodec(SimulatedDisk disk, Segment segment, CompressedTable table)
    {
        var file = disk.BytesOf(segment.Path);
        for (var copy = 1; copy <= CompressedTable.CopyCount; copy++)
        {
            var at = file.Length - (copy * table.SizeBytes);
            table.ToBytes(file[..SegmentHeader.SizeBytes], at).CopyTo(file[at..]);
        }
    }

    private static SortedDictionary<string, byte[]> ContentOf(SimulatedDisk disk)
    {
        var content = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in disk.List(OpenLog.Folder))
        {
            content.Add(name, disk.TryRead($"{OpenLog.Folder}/{name}")!);
        }

        return content;
    }

    private static CompressionJob Job(IDisk disk, Segment segment, Segment next) => new(
        disk, segment, next.FirstSequence, BlockCodecKind.Brotli, null, new PacedWriteBack(TimeProvider.System));

    private static SimulatedDisk Disk() => new(new Random(1));

    private static string ValueOf(long sequence) =>
        $$"""{"record":{{sequence}},"temperature":{{sequence % 40}}.5,"note":"{{new string('n', 900)}}"}""";

    private static string Latin(Random random) => new((char)random.Next(0xC0, 0xFF), 1);

    /// <summary>Fills segments, many records a commit; returns some records' times.</summary>
    private static SortedDictionary<long, Timestamp> Fill(OpenLog log, int segments)
    {
        var times = new SortedDictionary<long, Timestamp>();
        var next = log.Log.NewestSequence.Value;
        while (log.Log.Segments.Length < segments)
        {
            SequenceNumber sequence = default;
            times[next + 1] = Timestamp.From(DateTimeOffset.UtcNow);
            for (var i = 0; i < 20; i++)
            {
                sequence = log.Append(ValueOf(++next));
            }

            log.Log.WhenAcknowledged(sequence).GetAwaiter().GetResult();
        }

        return times;
    }

    private static void WaitUntilCompressed(OpenLog log, int count)
    {
        var isDone = SpinWait.SpinUntil(
            () => log.Log.Segments.Take(count).All(segment => segment.IsCompressed), TimeSpan.FromSeconds(30));
        Assert.True(isDone, string.Join("; ", log.Log.UpkeepFailures));
    }
}
