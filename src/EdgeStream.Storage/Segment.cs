namespace EdgeStream.Storage;

/// <summary>One segment file of a shard and its mapping, shared by all readers, kept while a lease is out.</summary>
/// <remarks>Thread-safe. The writer moves <see cref="VisibleEnd"/> forward; readers never look beyond it.</remarks>
internal sealed class Segment(
    IDisk disk, string path, SegmentHeader header, int sizeBytes, SegmentCipher? cipher = null)
{
    private readonly Lock _gate = new();

    /// <summary>Held while the files change; taken before the gate.</summary>
    private readonly Lock _files = new();
    private MappedRegion? _region;
    private SegmentIndex? _index;
    private int _visibleEnd = header.EntriesOffset;
    private CompressedTable? _table;
    private bool _isCompressed = (header.Flags & SegmentFlags.Compressed) != 0;
    private SegmentCipher? _cipher = cipher;
    private int _leases;
    private bool _isGone;
    private bool _avoidsMapping;

    internal string Path { get; } = path;

    internal SegmentHeader Header { get; } = header;

    /// <summary>Bytes that the file takes on disk.</summary>
    internal int SizeBytes { get; private set; } = sizeBytes;

    /// <summary>
    /// Where the last entry ends that readers may see, or farther in a sealed segment: read back from disk, at the
    /// file's end. It never goes back, for who reads a segment that is compressed meanwhile has the file from before.
    /// </summary>
    internal int VisibleEnd => Volatile.Read(ref _visibleEnd);

    internal SequenceNumber FirstSequence => Header.FirstSequence;

    /// <summary>What the file is encrypted with; null if it is not, or its key block is damaged.</summary>
    internal SegmentCipher? Cipher => Volatile.Read(ref _cipher);

    /// <summary>Whether the file is encrypted and nobody can tell with what.</summary>
    internal bool IsLocked => (Header.Flags & SegmentFlags.Encrypted) != 0 && Cipher is null;

    /// <summary>Whether the device cannot read what tells what the file holds.</summary>
    internal bool IsUnknown { get; init; }

    /// <summary>
    /// Whether the device cannot read all of the file, so that nobody maps it and nothing is appended.
    /// </summary>
    internal bool AvoidsMapping => Volatile.Read(ref _avoidsMapping);

    /// <summary>The path of a segment's index file.</summary>
    internal string IndexPath => System.IO.Path.ChangeExtension(Path, ".index");

    /// <summary>Lets readers see everything before <paramref name="end"/>.</summary>
    internal void Publish(int end) => Volatile.Write(ref _visibleEnd, end);

    /// <summary>
    /// Gives who comes from now on a copy of the file that is read by calls, with zeros for what cannot be read: in a
    /// mapping that would end the process. It takes memory for what is not zeros while somebody reads it.
    /// </summary>
    internal void AvoidMapping() => Volatile.Write(ref _avoidsMapping, true);

    /// <summary>Takes over what is known of a segment that is never written again.</summary>
    internal void Seal(SegmentIndex? index, int sizeBytes)
    {
        lock (_gate)
        {
            _index = index;
            SizeBytes = sizeBytes;
        }
    }

    /// <summary>Maps the segment, or shares the mapping, until <see cref="Release"/>.</summary>
    /// <exception cref="FileNotFoundException">The segment is no longer part of the log.</exception>
    internal MappedRegion Acquire()
    {
        lock (_gate)
        {
            if (_isGone)
            {
                throw new FileNotFoundException($"{Path} is no longer part of the log.");
            }

            if (IsLocked)
            {
                throw new FileNotFoundException($"{Path} cannot be read: its key block is damaged.");
            }

            if (_isCompressed)
            {
                return AcquireCompressed();
            }

            _region ??= MapFile();
            _leases++;
            return _cipher is null ? _region : Decrypting(_region, _cipher);
        }
    }

    /// <summary>A copy for one reader, who found a byte of the mapping that cannot be looked at; and for who comes from
    /// now on, see <see cref="AvoidMapping"/>.</summary>
    /// <exception cref="FileNotFoundException">The segment is no longer part of the log, or is compressed
    /// now.</exception>
    internal MappedRegion AcquireCopy()
    {
        AvoidMapping();
        lock (_gate)
        {
            if (_isGone || _isCompressed)
            {
                throw new FileNotFoundException($"{Path} is no longer the file that was mapped.");
            }

            using var file = disk.Open(Path);
            return SegmentImage.Copy(file, 0, new UnreadableSectors(), isPrivate: true, VisibleEnd);
        }
    }

    /// <summary>
    /// Reads into a copy what it lacks: what was appended since it was made, and what the device could not read then.
    /// Zeros that stay would take records that it can read again from everybody who comes while somebody has the copy.
    /// </summary>
    /// <remarks>Of what the device cannot read still, the first sector is tried: one read.</remarks>
    /// <param name="region">What <see cref="Acquire"/> or <see cref="AcquireCopy"/> gave.</param>
    /// <param name="start">The first byte of the range of which unreadable sectors are tried.</param>
    /// <param name="end">The byte behind it.</param>
    /// <returns>How often something was added to the copy since it was made, by whomever.</returns>
    internal int Complete(MappedRegion region, int start, int end)
    {
        var copy = region.Window is FrameWindow window ? window.File : region;
        if (copy.Content is not { } content)
        {
            return 0;
        }

        try
        {
            using var file = disk.Open(Path);

            // What is read of a file that is another by now is not taken over. The device may take its time: nobody
            // waits for it under the gate.
            content.Complete(file, start, Math.Min(end, (int)copy.SizeBytes), VisibleEnd, TryUnderGate);
        }
        catch (IOException)
        {
            // It stays as it is.
        }

        return content.AdditionCount;
    }

    /// <summary>Ends one lease.</summary>
    /// <param name="region">What <see cref="Acquire"/> gave.</param>
    /// <remarks>A window ends the lease that it shares itself.</remarks>
    internal void Release(MappedRegion region)
    {
        if (region.Window is not null || region.IsPrivate)
        {
            region.Dispose();
            return;
        }

        EndLease();
    }

    /// <summary>Whether the file holds compressed blocks.</summary>
    internal bool IsCompressed => Volatile.Read(ref _isCompressed);

    /// <summary>The blocks of a compressed segment; null if no copy of its table can be read.</summary>
    /// <exception cref="FileNotFoundException">The segment is no longer part of the log.</exception>
    internal CompressedTable? ReadTable()
    {
        lock (_gate)
        {
            if (_table is null)
            {
                using var file = disk.Open(Path);
                _table = CompressedTable.TryRead(file, Header);
            }

            return _table;
        }
    }

    /// <summary>Puts a compressed file in the place of the segment's; false when the segment is gone.</summary>
    /// <remarks>Readers that hold a lease go on with the file that they have.</remarks>
    /// <exception cref="IOException">
    /// The name could not be changed, or not made durable: the segment is read as what has its name now, and keeps the
    /// index file, for a power cut may bring the old file back.
    /// </exception>
    internal bool TryTakeCompressed(
        string path, CompressedTable table, int sizeBytes, SegmentCipher? newCipher) => TryWithFiles(() =>
    {
        IOException? failure;
        lock (_gate)
        {
            failure = TryRename(path);
            _table = table;
            _index = table.ToIndex(Header.Salt);
            SizeBytes = sizeBytes;
            Volatile.Write(ref _cipher, newCipher);
            Volatile.Write(ref _isCompressed, true);
        }

        if (failure is not null)
        {
            throw new IOException(failure.Message, failure);
        }

        // The table says what the index said.
        disk.Delete(IndexPath);
    });

    /// <summary>The sealed segment's sparse index, read from its file or rebuilt by a scan.</summary>
    /// <param name="region">The segment's mapping, under a lease.</param>
    /// <param name="end">The sequence number of the next segment's first record.</param>
    internal SegmentIndex Index(MappedRegion region, SequenceNumber end)
    {
        lock (_gate)
        {
            if (_index is not null)
            {
                return _index;
            }
        }

        var index = IndexFile.ReadSealed(disk, this)
            ?? Scan(region, end);
        lock (_gate)
        {
            return _index ??= index;
        }
    }

    /// <summary>
    /// Does something with the segment's files unless they are gone; they stay while it does. Returns whether it did.
    /// </summary>
    internal bool TryWithFiles(Action action)
    {
        lock (_files)
        {
            if (!_isGone)
            {
                action();
            }

            return !_isGone;
        }
    }

    /// <summary>Removes the files. Readers that hold a lease read on.</summary>
    internal void DeleteFiles()
    {
        lock (_files)
        {
            lock (_gate)
            {
                _isGone = true;
            }

            // The index goes first: without its segment it would be an orphan, the other way round it is rebuilt.
            disk.Delete(IndexPath);
            disk.Delete(Path);
        }
    }

    /// <summary>
    /// Gives the file another name and forgets it; where somebody reads it, its files are removed instead.
    /// </summary>
    /// <param name="path">The new name.</param>
    /// <param name="sizeBytes">The size that the file must have: it may have been cut or compressed meanwhile.</param>
    /// <returns>Whether there is a file of that name now.</returns>
    internal bool TryRecycle(string path, int sizeBytes)
    {
        lock (_files)
        {
            bool isOfUse;
            lock (_gate)
            {
                isOfUse = _leases == 0 && SizeBytes == sizeBytes && !_isCompressed;
                _isGone = true;
            }

            if (!isOfUse)
            {
                DeleteFiles();
                return false;
            }

            disk.Delete(IndexPath);
            disk.Rename(Path, path);
            return true;
        }
    }

    /// <summary>
    /// Gives a compressed file the segment's name. What is returned went wrong after the file had it: a name is changed
    /// before the folder is synced.
    /// </summary>
    private IOException? TryRename(string path)
    {
        try
        {
            disk.Rename(path, Path);
            return null;
        }
        catch (IOException error) when (HoldsBlocks())
        {
            return error;
        }
    }

    private bool HoldsBlocks()
    {
        try
        {
            using var file = disk.Open(Path);
            return SegmentFile.ReadHeader(file, out var found) == SegmentHeaderStatus.Valid
                && (found.Flags & SegmentFlags.Compressed) != 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private SegmentIndex Scan(MappedRegion region, SequenceNumber end)
    {
        if (region.TryLoad(0, checked((int)region.SizeBytes)))
        {
            return SegmentScan.BuildIndex(Readable(region), region.FileBytes, Header, end);
        }

        using var copy = AcquireCopy();
        return SegmentScan.BuildIndex(Readable(copy), copy.FileBytes, Header, end);
    }

    /// <summary>The file may be shorter than it was when its end was taken for the segment's.</summary>
    private ReadOnlySpan<byte> Readable(MappedRegion region)
    {
        var bytes = region.ToReadable();
        return bytes[..Math.Min(VisibleEnd, bytes.Length)];
    }

    /// <summary>Does something if the file at the path is still the one that is read, and while it is; returns whether
    /// it is.</summary>
    private bool TryUnderGate(Action action)
    {
        lock (_gate)
        {
            if (!_isGone && !_isCompressed)
            {
                action();
            }

            return !_isGone && !_isCompressed;
        }
    }

    private MappedRegion MapFile()
    {
        using var file = disk.Open(Path);
        return AvoidsMapping
            ? SegmentImage.Copy(file, 0, new UnreadableSectors(), isPrivate: false, VisibleEnd)
            : file.Map();
    }

    /// <summary>A file and a window of its own for every reader.</summary>
    private MappedRegion AcquireCompressed()
    {
        var file = disk.Open(Path);
        try
        {
            _table ??= CompressedTable.TryRead(file, Header)
                ?? throw new FileNotFoundException(
                    $"{Path} cannot be read: both copies of its block table are damaged.");
            _index ??= _table.ToIndex(Header.Salt);
            Publish(Math.Max(_visibleEnd, _table.EndOffset));
            return new BlockWindow(file, _table, Header.Salt, _cipher).ToRegion();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A window of its own for every reader, over the shared mapping.</summary>
    private MappedRegion Decrypting(MappedRegion region, SegmentCipher cipher)
    {
        try
        {
            return new FrameWindow(region, cipher, Header.Salt, EndLease).ToRegion();
        }
        catch (IOException)
        {
            EndLease();
            throw;
        }
    }

    private void EndLease()
    {
        lock (_gate)
        {
            if (--_leases == 0)
            {
                _region!.Dispose();
                _region = null;
            }
        }
    }
}
