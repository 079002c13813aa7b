using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A log's folder after some lives under different settings, whole, and what it holds.</summary>
internal sealed class LivedFolder
{
    private const int LivesMax = 4;
    private const int FramesPerLifeMax = 60;
    private const int SectorSizeBytes = 4096;

    private readonly SortedDictionary<long, string> _values = [];
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long First, long Last)> _ranges = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<long, string> Values => _values;

    /// <summary>Makes one; everything in it was acknowledged and is on the device.</summary>
    internal static LivedFolder Make(Random random)
    {
        var folder = new LivedFolder();
        var disk = new SimulatedDisk(random);
        var lives = random.Next(1, LivesMax + 1);
        for (var life = 1; life <= lives; life++)
        {
            var log = Open(disk, OptionsOf(random));
            folder.Fill(random, log);
            if (life == lives)
            {
                folder.Note(log);
            }

            if (random.Next(2) == 0)
            {
                log.Writer.Close();
            }
        }

        foreach (var name in disk.List(OpenLog.Folder))
        {
            folder._files[name] = disk.BytesOf($"{OpenLog.Folder}/{name}").ToArray();
        }

        return folder;
    }

    /// <summary>Opens what a disk holds, with all keys; its committer works when it is told to.</summary>
    internal static ShardLog Open(IDisk disk, ShardLogOptions? options = null) => new SteppedLog(
        disk,
        new LogClock(TimeProvider.System, 1),
        options ?? OpenLog.Options() with { Encryption = TestKeys.Rotated, SpareSegmentsMax = 0 },
        TimeProvider.System).Log;

    /// <summary>Appends a record durably and returns its number.</summary>
    internal static long Append(ShardLog log, string value)
    {
        AppendStatus status;
        SequenceNumber sequence;
        for (var tries = 0; tries < 3; tries++)
        {
            status = log.TryAppend("k"u8, Encoding.UTF8.GetBytes(value), null, out sequence);
            Commit(log);
            if (status == AppendStatus.Accepted)
            {
                Assert.Null(log.Failure);
                Assert.True(log.DurableSequence >= sequence, $"record {sequence} is not durable");
                return sequence.Value;
            }
        }

        throw new InvalidOperationException($"The log takes nothing: {log.Failure?.Message}");
    }

    /// <summary>A copy of the folder in which some files are hit.</summary>
    /// <param name="random">Where and how.</param>
    /// <param name="hits">How many bytes or ranges are wrong.</param>
    /// <param name="hasBadSector">Whether there is a place, too, that the device cannot read.</param>
    internal DamagedFolder Damage(Random random, int hits, bool hasBadSector)
    {
        var disk = new SimulatedDisk(random);
        var descriptions = new List<string>();
        var hit = new HashSet<string>(StringComparer.Ordinal);
        var files = _files.ToDictionary(file => file.Key, file => file.Value.ToArray());
        for (; hits > 0; hits--)
        {
            var name = PickOne(random);
            files[name] = FolderDamage.Hit(random, name, files[name], descriptions);
            hit.Add(name);
        }

        foreach (var (name, bytes) in files)
        {
            disk.Replace($"{OpenLog.Folder}/{name}", bytes);
        }

        var mayReadAgain = false;
        if (hasBadSector)
        {
            var name = PickOne(random);
            var at = random.Next(Math.Clamp(files[name].Length, 1, random.Next(3) == 0 ? 256 : int.MaxValue));
            (disk.UnreadablePath, disk.UnreadableByte) = ($"{OpenLog.Folder}/{name}", at);
            descriptions.Add($"{name} cannot be read at {at}");
            mayReadAgain = hit.Add(name);
            if (!mayReadAgain)
            {
                // It is never read again, and a simulated mapping shows all the same what stands there: zeros, as in
                // the copy that a reader gets where a real mapping fails.
                var bytes = disk.BytesOf(disk.UnreadablePath!);
                var sector = bytes[Math.Min(at / SectorSizeBytes * SectorSizeBytes, bytes.Length)..];
                sector[..Math.Min(SectorSizeBytes, sector.Length)].Clear();
            }
        }

        var safe = _ranges.Where(range => !hit.Contains(range.Key))
            .SelectMany(range => _values.Keys.Where(key => key >= range.Value.First && key <= range.Value.Last));
        var last = _ranges.Keys.Max(StringComparer.Ordinal)!;
        return new DamagedFolder(
            disk,
            descriptions,
            _values,
            [.. safe],
            _values.Keys.Max(),
            IsEndSafe: !hit.Contains(last),
            mayReadAgain);
    }

    private string PickOne(Random random) =>
        _files.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(_files.Count));

    private static ShardLogOptions OptionsOf(Random random) => OpenLog.Options() with
    {
        Encryption = random.Next(4) switch
        {
            0 => TestKeys.BackToOld,
            1 => TestKeys.Rotated,
            _ => TestKeys.SwitchedOff,
        },
        Compression = random.Next(3) == 0 ? SegmentCompression.Brotli : SegmentCompression.None,
        SpareSegmentsMax = random.Next(3),
        RetentionBytes = (4 + random.Next(4)) * OpenLog.SegmentSizeBytes,
    };

    private static void Commit(ShardLog log)
    {
        log.Writer.Write(true);
        log.Writer.Finish();
    }

    private void Fill(Random random, ShardLog log)
    {
        var batch = new AppendBatch();
        for (var frame = random.Next(1, FramesPerLifeMax); frame > 0; frame--)
        {
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var text = Text(random);
                if (log.TryAppend("k"u8, Encoding.UTF8.GetBytes(text), null, out var sequence) == AppendStatus.Accepted)
                {
                    _values.Add(sequence.Value, text);
                }
            }

            if (random.Next(4) == 0)
            {
                FillBatch(random, log, batch);
            }

            Commit(log);
            if (random.Next(5) == 0)
            {
                log.Upkeep.DoWork();
            }

            if (random.Next(10) == 0)
            {
                log.Tick();
            }
        }
    }

    private void FillBatch(Random random, ShardLog log, AppendBatch batch)
    {
        batch.Clear();
        var texts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Text(random)).ToList();
        texts.ForEach(text => batch.TryAdd("b"u8, Encoding.UTF8.GetBytes(text)));
        batch.SetCheckpoint("at", Encoding.UTF8.GetBytes($"{random.Next()}"));
        if (log.TryAppend(batch, out var first) == AppendStatus.Accepted)
        {
            for (var i = 0; i < texts.Count; i++)
            {
                _values.Add(first.Value + i, texts[i]);
            }
        }
    }

    private static string Text(Random random)
    {
        var size = random.Next(random.Next(2) == 0 ? 60 : 2500);
        return $"{random.Next():D10} " + new string((char)random.Next('a', 'z' + 1), size);
    }

    /// <summary>Which file holds which records.</summary>
    private void Note(ShardLog log)
    {
        var segments = log.Segments;
        foreach (var gone in _values.Keys.Where(key => key < log.OldestSequence.Value).ToList())
        {
            _values.Remove(gone);
        }

        for (var at = 0; at < segments.Length; at++)
        {
            var last = at + 1 < segments.Length ? segments[at + 1].FirstSequence.Previous : log.NewestSequence;
            _ranges[Path.GetFileName(segments[at].Path)] = (segments[at].FirstSequence.Value, last.Value);
        }
    }
}
