namespace EdgeStream.Storage;

/// <summary>
/// The segments that a shard's folder holds: what each is by its header or, where that is damaged, by what stands
/// behind it, by its index file and by its name.
/// </summary>
/// <remarks>
/// Removes nothing: a file gets its name only when its header is on the device, so one without a header was damaged,
/// and may have held records. What can be read and says nothing is set aside; what the device cannot read stays where
/// it is and keeps its numbers.
/// </remarks>
internal sealed class FoundSegments
{
    /// <summary>What the name of a file that was set aside has behind its own.</summary>
    internal const string SetAsideSuffix = ".damaged";

    private readonly IDisk _disk;
    private readonly ShardLogOptions _options;

    /// <summary>Looks at all files of the folder.</summary>
    /// <exception cref="IOException">A segment is of another version, or needs a library that is missing.</exception>
    internal FoundSegments(IDisk disk, ShardLogOptions options)
    {
        _disk = disk;
        _options = options;
        Horizon = TrimHorizon.Read(disk, options.Folder, out var isClear);
        IsHorizonClear = isClear;
        foreach (var name in disk.List(options.Folder))
        {
            if (SegmentFile.TryParseName(name, out var first))
            {
                var path = Path.Combine(options.Folder, name);
                if (first < Horizon)
                {
                    AddEvicted(path, first);
                }
                else
                {
                    Add(path, first);
                }
            }
            else if (TryParseSetAside(name, out first))
            {
                // An opening that was interrupted, or had no room, may have set it aside and begun nothing behind it.
                using var file = disk.Open(Path.Combine(options.Folder, name));
                NoteSetAside(first, file.SizeBytes);
            }
        }

        if (Evicted.Count > 0)
        {
            Findings.Add(
                $"{Evicted.Count} segments before record {Horizon} had been evicted and could not be removed, the "
                    + $"first {Evicted[0].Path}: they are no part of the log.");
        }
    }

    /// <summary>The segments by sequence number.</summary>
    internal List<Segment> Segments { get; } = [];

    /// <summary>The first record that was not evicted, where a file says it; see <see cref="TrimHorizon"/>.</summary>
    internal SequenceNumber Horizon { get; }

    /// <summary>False where there is such a file and nobody can tell what it says.</summary>
    internal bool IsHorizonClear { get; }

    /// <summary>Segments before that, whose files are there.</summary>
    internal List<Segment> Evicted { get; } = [];

    /// <summary>What was damaged, one line each.</summary>
    internal List<string> Findings { get; } = [];

    /// <summary>The first number of the newest file that was set aside, now or before; default for none.</summary>
    internal SequenceNumber SetAside { get; private set; }

    /// <summary>The first number that this file cannot have held.</summary>
    internal SequenceNumber NextAfterSetAside { get; private set; }

    /// <summary>
    /// The newest number that a segment of this size may have given out, by the room that a record takes at least.
    /// </summary>
    internal static SequenceNumber NewestOf(SequenceNumber first, int sizeBytes) =>
        new(first.Value + (sizeBytes / EntryFormat.RecordSizeBytesMin) - 1);

    /// <summary>Whether files that were set aside stand between two segments.</summary>
    internal bool HasSetAsideBetween(SequenceNumber first, SequenceNumber end)
    {
        foreach (var name in _disk.List(_options.Folder))
        {
            if (TryParseSetAside(name, out var setAside) && setAside > first && setAside < end)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of these nothing counts but the room that they take.</summary>
    private void AddEvicted(string path, SequenceNumber first)
    {
        var size = 0;
        try
        {
            using var file = _disk.Open(path);
            size = checked((int)file.SizeBytes);
        }
        catch (IOException)
        {
            // What cannot be opened may be removed all the same.
        }

        Evicted.Add(new Segment(_disk, path, new SegmentHeader(size, first, default, 0, 0, 0, 0, 0), size));
    }

    private void Add(string path, SequenceNumber first)
    {
        using var file = _disk.Open(path);
        if (file.SizeBytes < SegmentHeader.SizeBytes)
        {
            using var rest = SegmentImage.Of(file);
            AddUnknown(path, first, rest);
            return;
        }

        var beginning = SegmentFile.ReadBeginning(file, out _);
        if (SegmentHeader.Read(beginning, out var header) == SegmentHeaderStatus.Valid)
        {
            Add(path, header, beginning, checked((int)file.SizeBytes));
            CheckCompressed(Segments[^1], file);
            return;
        }

        using var image = SegmentImage.Of(file);
        switch (SegmentHeader.Read(image.Bytes, out _))
        {
            case SegmentHeaderStatus.OtherVersion:
                throw new IOException(
                    $"{path} was written by another version of this program. Nothing was changed; use that version.");
            case SegmentHeaderStatus.Damaged when image.IsWhole && IsRepaired(path, file, image.Bytes):
                return;
            default:
                AddDamaged(path, first, image);
                break;
        }
    }

    private bool IsRepaired(string path, IDiskFile file, ReadOnlySpan<byte> bytes)
    {
        var repaired = bytes[..Math.Min(bytes.Length, SegmentCipher.HeaderSizeBytes)].ToArray();
        if (!HeaderRepair.TryRepair(repaired))
        {
            return false;
        }

        file.Write(0, repaired);
        file.Sync();
        Findings.Add($"{path} had one wrong byte in its header, which its checksum tells: it is put right.");
        SegmentHeader.Read(repaired, out var header);
        Add(path, header, repaired, bytes.Length);
        return true;
    }

    private void AddDamaged(string path, SequenceNumber first, SegmentImage image)
    {
        if (SegmentHeader.TryReadBeforeBlock(image.Bytes, out var beforeBlock))
        {
            Add(path, beforeBlock, image.Bytes, image.Bytes.Length);
        }
        else if (!TryAddHeadless(path, first, image))
        {
            AddUnknown(path, first, image);
        }

        if (!image.IsWhole && Segments.Count > 0 && Segments[^1].Path == path)
        {
            Segments[^1].AvoidMapping();
        }
    }

    private void Add(string path, in SegmentHeader header, ReadOnlySpan<byte> beginning, int sizeBytes)
    {
        var cipher = SegmentKeys.Open(beginning, header, _options.Encryption);
        Segments.Add(new Segment(_disk, path, header, sizeBytes, cipher));
        if (Segments[^1].IsLocked)
        {
            Findings.Add($"{path} is encrypted and cannot be read: the key in its header is damaged. It is kept.");
        }
    }

    /// <summary>A segment whose header is damaged, kept by the number in its name if its entries are valid.</summary>
    private bool TryAddHeadless(string path, SequenceNumber first, SegmentImage image)
    {
        var bytes = image.Bytes;
        foreach (var salt in SaltsOf(path, image))
        {
            if (SegmentKeys.TryGuessHeader(bytes, salt, first, out var encrypted))
            {
                Findings.Add($"{path} is kept although its header is {Damaged(image)}: it is encrypted, from record "
                    + $"{first} on.");
                Add(path, encrypted, bytes, bytes.Length);
                return true;
            }

            var flags = SegmentHeader.Behind(LogWriter.UnsyncedSegmentsMax);
            var header = new SegmentHeader(bytes.Length, first, default, salt, 0, 0, 0, flags);
            var scan = SegmentScan.Run(bytes, header, null, new SequenceNumber(long.MaxValue), isSealed: true);
            if (scan.Cursor.Last >= first)
            {
                Findings.Add($"{path} is kept although its header is {Damaged(image)}: records {first} to "
                    + $"{scan.Cursor.Last} are there.");
                Segments.Add(new Segment(_disk, path, header, bytes.Length));
                return true;
            }
        }

        return false;
    }

    /// <summary>What the salt of a segment with a damaged header may be: as it stands there, and by its index.
    /// </summary>
    private List<ulong> SaltsOf(string path, SegmentImage image)
    {
        var salts = new List<ulong> { SegmentHeader.ReadSalt(image.Bytes) };
        if (IndexFile.ReadSalt(_disk, path) is { } kept && kept != salts[0])
        {
            salts.Add(kept);
        }

        return salts;
    }

    private static string Damaged(SegmentImage image) =>
        image.Unreadable.Meet(0, SegmentHeader.SizeBytes) ? "nothing that the device can read" : "damaged";

    /// <summary>
    /// Nothing in it says what it is, but its sequence numbers may have been given out: none of them is used again.
    /// </summary>
    private void AddUnknown(string path, SequenceNumber first, SegmentImage image)
    {
        if (!image.IsWhole)
        {
            Findings.Add(
                $"{path} cannot be read now: the device fails at byte {image.Unreadable.First}. It is kept.");
            Segments.Add(new Segment(
                _disk, path, new SegmentHeader(image.Bytes.Length, first, default, 0, 0, 0, 0), image.Bytes.Length)
            {
                IsUnknown = true,
            });
            Segments[^1].AvoidMapping();
            return;
        }

        NoteSetAside(first, image.Bytes.Length);
        Findings.Add($"{path} cannot be read: it is set aside as {Path.GetFileName(path)}{SetAsideSuffix}.");
        _disk.Rename(path, path + SetAsideSuffix);
    }

    private void NoteSetAside(SequenceNumber first, long sizeBytes)
    {
        if (first >= SetAside)
        {
            SetAside = first;
            NextAfterSetAside = NewestOf(first, (int)Math.Max(sizeBytes, _options.SegmentSizeBytes)).Next;
        }
    }

    /// <summary>Whether a file of this name was set aside, and the first number that it may hold.</summary>
    internal static bool TryParseSetAside(string name, out SequenceNumber first)
    {
        first = default;
        return name.EndsWith(SetAsideSuffix, StringComparison.Ordinal)
            && SegmentFile.TryParseName(name[..^SetAsideSuffix.Length], out first);
    }

    /// <summary>Whoever cannot read a segment must not take its records for lost.</summary>
    private void CheckCompressed(Segment segment, IDiskFile file)
    {
        if (!segment.IsCompressed || segment.IsLocked)
        {
            return;
        }

        var table = CompressedTable.TryRead(file, segment.Header);
        if (table is null)
        {
            Findings.Add($"{segment.Path} is compressed and cannot be read: both copies of its table are damaged.");
        }
        else if (!BlockCodec.IsAvailable(table.Codec, _options))
        {
            throw new IOException(
                $"{segment.Path} is compressed with Zstandard, which this machine lacks: install libzstd "
                    + "(libzstd.so.1). Nothing was changed.");
        }
    }
}
