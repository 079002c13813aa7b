using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Gateway.Actions;

/// <summary>A program that was started in a process group of its own. Its group is killed only while its number cannot
/// be another's.</summary>
/// <param name="processId">Its number, and its group's.</param>
/// <param name="input">The writing end of its standard input; who uses it disposes of it.</param>
/// <param name="errors">The reading end of its standard error, the same.</param>
internal sealed class SpawnedChild(int processId, SafeFileHandle input, SafeFileHandle errors)
{
    private readonly Lock _gate = new();
    private bool _isReaped;

    /// <summary>The writing end of its standard input.</summary>
    public SafeFileHandle Input { get; } = input;

    /// <summary>The reading end of its standard error.</summary>
    public SafeFileHandle Errors { get; } = errors;

    /// <summary>Waits until it has ended, kills what it has left in its group, and reaps it.</summary>
    /// <returns>Its status, as <c>waitpid</c> gives it.</returns>
    public int Wait()
    {
        ChildSpawn.WaitForEnd(processId);
        lock (_gate)
        {
            ChildSpawn.KillGroup(processId);
            _isReaped = true;
            return ChildSpawn.Reap(processId);
        }
    }

    /// <summary>Kills it with its group; false if it has ended already.</summary>
    public bool KillGroup()
    {
        lock (_gate)
        {
            if (!_isReaped)
            {
                ChildSpawn.KillGroup(processId);
            }

            return !_isReaped;
        }
    }
}
