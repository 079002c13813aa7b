using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Another disk whose syncs take as long as the test wants: each waits to be let through.</summary>
internal sealed class SlowDisk(IDisk disk) : DiskAround(disk), IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _turns = new(0);
    private bool _isSlow;

    /// <summary>From now on every sync of a file waits.</summary>
    public void SlowDown() => Volatile.Write(ref _isSlow, true);

    /// <summary>Returns when a sync has come and waits.</summary>
    public void WaitForSync() => Assert.True(_entered.Wait(Deadline), "No sync came.");

    /// <summary>Lets one waiting sync through.</summary>
    public void LetSyncThrough() => _turns.Release();

    /// <summary>Lets all through, now and later.</summary>
    public void SpeedUp()
    {
        Volatile.Write(ref _isSlow, false);
        _turns.Release();
    }

    public void Dispose()
    {
        _entered.Dispose();
        _turns.Dispose();
    }

    protected override IDiskFile Around(string path, IDiskFile file) => new SlowFile(this, file);

    private void WaitForTurn()
    {
        if (Volatile.Read(ref _isSlow))
        {
            _entered.Release();
            Assert.True(_turns.Wait(Deadline), "The sync was never let through.");
        }
    }

    private sealed class SlowFile(SlowDisk owner, IDiskFile file) : FileAround(file)
    {
        public override void Sync()
        {
            owner.WaitForTurn();
            base.Sync();
        }
    }
}
