using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A disk with a gate before all writes, whose syncs wait for each other: each ends only when so many are under way at
/// once. Files in the folder <see cref="FreeFolder"/> are synced alone.
/// </summary>
internal sealed class MeetingDisk(int syncCount) : IDisk, IDisposable
{
    internal const string FreeFolder = "/free";

    private readonly SimulatedDisk _disk = new(new Random(1));
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly ManualResetEventSlim _waiting = new();
    private readonly CountdownEvent _meeting = new(syncCount);
    private volatile bool _mustMeet;
    private volatile bool _isLate;

    /// <summary>Whether all of them have met, and none had to give up waiting.</summary>
    internal bool HasMet => _meeting.IsSet && !_isLate;

    /// <summary>Holds all writes until <see cref="OpenGate"/>; syncs have to meet from now on.</summary>
    internal void CloseGate()
    {
        _mustMeet = true;
        _open.Reset();
    }

    /// <summary>Returns when a write stands at the closed gate.</summary>
    internal bool WaitForWrite() => _waiting.Wait(TimeSpan.FromSeconds(30));

    internal void OpenGate() => _open.Set();

    public IDiskFile Open(string path) => new MeetingFile(this, _disk.Open(path), IsFree(path));

    public IDiskFile Create(string path, long sizeBytes) =>
        new MeetingFile(this, _disk.Create(path, sizeBytes), IsFree(path));

    public byte[]? TryRead(string path) => _disk.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content) => _disk.Replace(path, content);

    public void Delete(string path) => _disk.Delete(path);

    public void Rename(string path, string newPath) => _disk.Rename(path, newPath);

    public IReadOnlyList<string> List(string folder) => _disk.List(folder);

    public DiskRoom RoomOf(string folder) => _disk.RoomOf(folder);

    public void Dispose()
    {
        _open.Dispose();
        _waiting.Dispose();
        _meeting.Dispose();
    }

    private static bool IsFree(string path) => path.StartsWith(FreeFolder, StringComparison.Ordinal);

    private sealed class MeetingFile(MeetingDisk disk, IDiskFile file, bool isFree) : IDiskFile
    {
        public long SizeBytes => file.SizeBytes;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (!disk._open.IsSet)
            {
                disk._waiting.Set();
                disk._open.Wait();
            }

            file.Write(offset, bytes);
        }

        public void Sync()
        {
            if (disk._mustMeet && !isFree && !disk._meeting.IsSet)
            {
                disk._meeting.Signal();
                disk._isLate |= !disk._meeting.Wait(TimeSpan.FromSeconds(30));
            }

            file.Sync();
        }

        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        public void Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        public MappedRegion Map() => file.Map();

        public void Dispose() => file.Dispose();
    }
}
