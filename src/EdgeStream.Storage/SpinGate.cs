using System.Runtime.CompilerServices;

namespace EdgeStream.Storage;

/// <summary>
/// A lock for some dozens of instructions: one interlocked operation to take it, a plain write to give it back.
/// </summary>
/// <remarks>
/// Not reentrant and not fair: whoever finds it taken stands back for longer and longer, so that under contention a
/// thread makes a run of appends before the next one does, and the cache lines behind the gate seldom change places.
/// A holder that is preempted is waited for by yielding, then by sleeping. Nothing that waits is called while it is
/// held.
/// </remarks>
internal struct SpinGate
{
    private int _isTaken;

    /// <summary>Takes the gate, waiting as long as another thread holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0)
        {
            EnterContended();
        }
    }

    /// <summary>Gives it back; what was written while it was held is seen by the next holder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit() => Volatile.Write(ref _isTaken, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        var spinner = default(SpinWait);
        do
        {
            spinner.SpinOnce();
        }
        while (Volatile.Read(ref _isTaken) != 0 || Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0);
    }
}
