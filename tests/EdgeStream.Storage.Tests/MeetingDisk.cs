using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A disk with a gate before all writes, whose syncs wait for each other: each ends only when so many are under way at
/// once. Files in the folder <see cref="FreeFolder"/> are synced alone.
/// </summary>
internal sealed class MeetingDisk(int syncCount) : DiskAround(new SimulatedDisk(new Random(1))), IDisposable
{
    internal const string FreeFolder = "/free";

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

    public void Dispose()
    {
        _open.Dispose();
        _waiting.Dispose();
        _meeting.Dispose();
    }

    protected override IDiskFile Around(string path, IDiskFile file) => new MeetingFile(this, file, IsFree(path));

    private static bool IsFree(string path) => path.StartsWith(FreeFolder, StringComparison.Ordinal);

    private sealed class MeetingFile(MeetingDisk disk, IDiskFile file, bool isFree) : FileAround(file)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (!disk._open.IsSet)
            {
                disk._waiting.Set();
                disk._open.Wait();
            }

            base.Write(offset, bytes);
        }

        public override void Sync()
        {
            if (disk._mustMeet && !isFree && !disk._meeting.IsSet)
            {
                disk._meeting.Signal();
                disk._isLate |= !disk._meeting.Wait(TimeSpan.FromSeconds(30));
            }

            base.Sync();
        }
    }
}
