using System.Diagnostics.CodeAnalysis;
using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// A disk in memory that loses power. Writes live in a cache until they are synced; <see cref="CutPower"/> lets a
/// random part of the unsynced sectors survive, in any order. Names and sizes are durable with the call that syncs
/// them, and the power may go within that call: then each change is kept or lost. It can also run full and fail on
/// demand.
/// </summary>
/// <remarks>Thread-safe by one lock. All randomness comes from the given source.</remarks>
public sealed class SimulatedDisk(Random random, int sectorSizeBytes = 512) : IDisk
{
    private const int PageSizeBytes = 4096;
    private const string TemporarySuffix = ".tmp";

    private readonly Lock _gate = new();
    private readonly SimulatedNames _names = new(random);
    private bool _isOff;

    /// <summary>Bytes that files may take in all.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>
    /// How many more syncs succeed; the next one fails, and what it should have written counts as clean.
    /// </summary>
    public int SyncsUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more operations that may need room succeed; from then on the disk is full.</summary>
    public int OperationsUntilFull { get; set; } = int.MaxValue;

    /// <summary>How many more operations of any kind succeed; the next one turns the disk off.</summary>
    public int OperationsUntilOff { get; set; } = int.MaxValue;

    /// <summary>
    /// An offset that the device cannot read in any file, nor the 4 KiB around it; null while it reads all.
    /// </summary>
    /// <remarks>
    /// Mappings show it all the same: a real one would end the process. What is written there can be read again.
    /// </remarks>
    public long? UnreadableByte { get; set; }

    /// <summary>The one file in which that offset cannot be read; null for all.</summary>
    public string? UnreadablePath { get; set; }

    /// <summary>
    /// How many more reads by calls succeed; the next ones fail, or end before a page that cannot be read.
    /// </summary>
    public int ReadsUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many of them have failed so far.</summary>
    public long FailedReadCount { get; private set; }

    /// <summary>How many more writes into open files succeed; the next ones fail, having written a part.</summary>
    public int WritesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more files get another size; the next ones keep theirs.</summary>
    public int TruncatesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>Whether the first write of a reserved block costs its sync more than the ones after it.</summary>
    public bool IsFirstWriteCostly { get; init; }

    /// <summary>Files that were opened and not disposed yet.</summary>
    public int OpenFileCount { get; internal set; }

    /// <summary>
    /// How many more files are made; the next ones are not there, though a power cut may bring one back.
    /// </summary>
    public int CreatesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more renames succeed; the next ones fail, see <see cref="RefusesNames"/>.</summary>
    public int RenamesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more files are deleted; the next ones fail, see <see cref="RefusesNames"/>.</summary>
    public int DeletesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>
    /// Whether a rename or a deletion that fails changes nothing; otherwise it is done and fails all the same, as where
    /// the folder cannot be synced, and a power cut may undo it.
    /// </summary>
    public bool RefusesNames { get; set; }

    /// <summary>How many more small files are written as a whole; the next ones fail, and what was there stays.
    /// </summary>
    public int ReplacesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>
    /// Whether a small file whose writing fails is there all the same, as where the folder cannot be synced.
    /// </summary>
    public bool DoesFailedReplaces { get; set; }

    /// <summary>
    /// Whether names and sizes are durable at once, and a call in which the power goes has done nothing: for seeds of
    /// lives on a disk like that.
    /// </summary>
    public bool KeepsNames { get; init; }

    /// <summary>Bytes that all files take.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return _names.SizeBytes;
            }
        }
    }

    /// <summary>Whether a sync does nothing and says it did: a disk that lies, for canaries.</summary>
    public bool LiesAboutSync { get; set; }

    /// <summary>Whether the power is off.</summary>
    public bool IsOff => _isOff;

    /// <summary>Whether a read may fail now.</summary>
    public bool FailsToRead => _isOff || ReadsUntilFailure <= 0;

    internal Lock Gate => _gate;

    internal Random Random => random;

    internal int SectorSizeBytes => sectorSizeBytes;

    /// <summary>Ends every open file, drops a random part of what was not synced, and starts the disk again.</summary>
    public void CutPower()
    {
        lock (_gate)
        {
            _names.LoseUnsynced();
            foreach (var file in _names.Files.Values)
            {
                file.LoseUnsynced();
            }

            _isOff = false;
            OperationsUntilOff = int.MaxValue;
        }
    }

    /// <summary>
    /// From now on every operation fails until <see cref="CutPower"/>: nothing more reaches the disk.
    /// </summary>
    public void TurnOff()
    {
        lock (_gate)
        {
            _isOff = true;
        }
    }

    /// <summary>From now on no operation fails that has not failed yet.</summary>
    public void BeWell()
    {
        lock (_gate)
        {
            OperationsUntilFull = int.MaxValue;
            SyncsUntilFailure = int.MaxValue;
            WritesUntilFailure = int.MaxValue;
            ReadsUntilFailure = int.MaxValue;
            TruncatesUntilFailure = int.MaxValue;
            CreatesUntilFailure = int.MaxValue;
            RenamesUntilFailure = int.MaxValue;
            DeletesUntilFailure = int.MaxValue;
            ReplacesUntilFailure = int.MaxValue;
        }
    }

    /// <summary>A file's bytes, to look at or to damage.</summary>
    public Span<byte> BytesOf(string path) => _names.Files[path].Bytes;

    public IDiskFile Open(string path)
    {
        lock (_gate)
        {
            ThrowIfOff();
            return _names.Files.TryGetValue(path, out var file)
                ? file.OpenHandle()
                : throw new FileNotFoundException(path);
        }
    }

    public IDiskFile Create(string path, long sizeBytes)
    {
        lock (_gate)
        {
            var isCut = IsCutIn();
            ThrowIfFull(path);
            if (_names.SizeBytes + sizeBytes > CapacityBytes)
            {
                throw new DiskFullException($"No room for {path}.");
            }

            if (_names.Files.ContainsKey(path))
            {
                throw new IOException($"{path} exists.");
            }

            var created = new SimulatedFile(this, checked((int)sizeBytes)) { Path = path };
            var fails = !isCut && CreatesUntilFailure-- <= 0;
            _names.Set(path, created);
            if (isCut || fails)
            {
                created.DoubtSize();
                _names.Remove(path);
                ThrowCutOr("The disk failed to make a file.", isCut);
            }

            _names.Sync();
            return created.OpenHandle();
        }
    }

    public byte[]? TryRead(string path)
    {
        lock (_gate)
        {
            ThrowIfOff();
            if (!_names.Files.TryGetValue(path, out var file))
            {
                return null;
            }

            return IsReadable(path, 0, file.Bytes.Length) && ReadsUntilFailure-- > 0
                ? file.Bytes.ToArray()
                : throw new IOException("The disk cannot read this sector.");
        }
    }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            var isCut = IsCutIn();
            ThrowIfFull(path);
            var fails = !isCut && ReplacesUntilFailure-- <= 0;
            if (fails && !DoesFailedReplaces)
            {
                throw new IOException("The disk failed to write.");
            }

            var file = new SimulatedFile(this, content.Length) { Path = path };
            file.WriteDurably(content);
            if (isCut)
            {
                _names.Set(path + TemporarySuffix, file);
                _names.Move(path + TemporarySuffix, path);
                ThrowCutOr("", isCut);
            }

            _names.Set(path, file);
            Forget(path);
            if (fails)
            {
                ThrowCutOr("The disk failed to sync the folder.", isCut);
            }

            _names.Sync();
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            var isCut = IsCutIn();
            var fails = !isCut && _names.Files.ContainsKey(path) && DeletesUntilFailure-- <= 0;
            if (!fails || !RefusesNames)
            {
                _names.Remove(path);
                Forget(path);
            }

            if (isCut || fails)
            {
                ThrowCutOr("The disk failed to delete a file.", isCut);
            }

            _names.Sync();
        }
    }

    public void Rename(string path, string newPath)
    {
        lock (_gate)
        {
            var isCut = IsCutIn();
            var file = _names.Files.TryGetValue(path, out var found) ? found : throw new FileNotFoundException(path);
            var fails = !isCut && RenamesUntilFailure-- <= 0;
            if (!fails || !RefusesNames)
            {
                _names.Move(path, newPath);
                file.Path = newPath;
                Forget(newPath);
                UnreadablePath = UnreadablePath == path ? newPath : UnreadablePath;
            }

            if (isCut || fails)
            {
                ThrowCutOr("The disk failed to sync the folder.", isCut);
            }

            _names.Sync();
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate)
        {
            ThrowIfOff();
            return [.. _names.Files.Keys
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)];
        }
    }

    public DiskRoom RoomOf(string folder)
    {
        lock (_gate)
        {
            ThrowIfOff();
            return new DiskRoom(Math.Max(0, CapacityBytes - _names.SizeBytes), CapacityBytes);
        }
    }

    /// <summary>Every operation that changes nothing asks here first, under the gate.</summary>
    internal void ThrowIfOff()
    {
        if (!_isOff)
        {
            _isOff = OperationsUntilOff-- <= 0;
        }

        if (_isOff)
        {
            ThrowCutOr("", isCut: true);
        }
    }

    /// <summary>
    /// Every operation that changes something asks here first, under the gate: whether the power goes while it does.
    /// </summary>
    internal bool IsCutIn()
    {
        if (_isOff || KeepsNames)
        {
            ThrowIfOff();
            return false;
        }

        _isOff = OperationsUntilOff-- <= 0;
        return _isOff;
    }

    /// <summary>Says why an operation failed.</summary>
    [DoesNotReturn]
    internal static void ThrowCutOr(string problem, bool isCut) =>
        throw new IOException(isCut ? "The disk is off." : problem);

    private void ThrowIfFull(string path)
    {
        if (OperationsUntilFull == 0)
        {
            throw new DiskFullException($"No room for {path}.");
        }

        OperationsUntilFull -= OperationsUntilFull == int.MaxValue ? 0 : 1;
    }

    /// <summary>Whether the device can read a range of a file.</summary>
    internal bool IsReadable(string path, long offset, int count) => UnreadableByte is not { } bad
        || (UnreadablePath is not null && path != UnreadablePath)
        || offset + count <= bad / PageSizeBytes * PageSizeBytes
        || offset >= (bad / PageSizeBytes * PageSizeBytes) + PageSizeBytes;

    /// <summary>The device keeps what is written to a bad sector somewhere else.</summary>
    internal void Mend(string path, long offset, int count)
    {
        if (UnreadablePath == path && !IsReadable(path, offset, count))
        {
            Forget(path);
        }
    }

    /// <summary>What has a file's name now stands somewhere else.</summary>
    private void Forget(string path)
    {
        if (UnreadablePath == path)
        {
            (UnreadablePath, UnreadableByte) = (null, null);
        }
    }

    internal bool TryCountWrite() => WritesUntilFailure-- > 0;

    internal bool TryCountSync() => SyncsUntilFailure-- > 0;

    internal bool TryCountRead()
    {
        var fails = ReadsUntilFailure-- <= 0;
        FailedReadCount += fails ? 1 : 0;
        return !fails;
    }

    internal bool TryCountTruncate() => TruncatesUntilFailure-- > 0;
}
