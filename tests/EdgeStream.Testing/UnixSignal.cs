using System.Runtime.InteropServices;

namespace EdgeStream.Testing;

/// <summary>Sends signals to a process by its id.</summary>
public static partial class UnixSignal
{
    /// <summary>Reload the configuration.</summary>
    public const int Hangup = 1;

    /// <summary>Die at once, without a chance to write anything.</summary>
    public const int Kill = 9;

    /// <summary>Stand still, without being asked.</summary>
    public const int Suspend = 19;

    /// <summary>Go on after <see cref="Suspend"/>.</summary>
    public const int Continue = 18;

    /// <summary>Stop cleanly.</summary>
    public const int Terminate = 15;

    /// <summary>Sends the signal.</summary>
    /// <exception cref="InvalidOperationException">The kernel refused: no such process, or not allowed.</exception>
    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0)
        {
            throw new InvalidOperationException(
                $"kill({processId}, {signal}): {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
