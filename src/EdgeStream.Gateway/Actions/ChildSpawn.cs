using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Gateway.Actions;

/// <summary>Starts programs in sessions of their own and ends them, by the C library.</summary>
/// <remarks>The framework's processes stay in the gateway's own process group, so that what a command has started
/// could not be killed with it.</remarks>
internal static unsafe partial class ChildSpawn
{
    /// <summary>Larger than the C library's structures on every machine.</summary>
    private const int AttributesSizeBytes = 512;

    private const int FileActionsSizeBytes = 256;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;
    private const int SignalSetSizeBytes = 128;
    private const int CloseOnExec = 0x80000;
    private const int WriteOnly = 1;
    private const int KillSignal = 9;
    private const int Interrupted = 4;
    private const int InformationSizeBytes = 128;
    private const int ByProcessId = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x01000000;

    /// <summary>Signals that the framework ignores or handles: HUP, INT, QUIT, PIPE, TERM, CHLD, CONT, TTIN, TTOU,
    /// WINCH. Each is bit (number - 1).</summary>
    private const ulong DefaultSignals = (1UL << 0) | (1UL << 1) | (1UL << 2) | (1UL << 12) | (1UL << 14)
        | (1UL << 16) | (1UL << 17) | (1UL << 20) | (1UL << 21) | (1UL << 27);

    /// <summary>Starts a program in a new session and process group, whose number is its own.</summary>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static SpawnedChild Start(IReadOnlyList<string> command, IReadOnlyList<string> environment)
    {
        var input = MakePipe();
        var errors = MakePipe();
        try
        {
            var processId = Spawn(command, environment, input.Read, errors.Write);
            return new SpawnedChild(processId, input.Write, errors.Read);
        }
        catch
        {
            input.Write.Dispose();
            errors.Read.Dispose();
            throw;
        }
        finally
        {
            input.Read.Dispose();
            errors.Write.Dispose();
        }
    }

    /// <summary>Waits until a child has ended, and leaves it to be reaped.</summary>
    public static void WaitForEnd(int processId)
    {
        var information = stackalloc byte[InformationSizeBytes];
        while (WaitId(ByProcessId, processId, information, Exited | LeaveWaitable) < 0
            && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    /// <summary>Reaps a child that has ended: its status as <c>waitpid</c> gives it.</summary>
    public static int Reap(int processId)
    {
        var status = 0;
        while (WaitProcess(processId, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        return status;
    }

    /// <summary>Kills every process of a group that is left.</summary>
    public static void KillGroup(int processId) => _ = KillProcess(-processId, KillSignal);

    private static int Spawn(
        IReadOnlyList<string> command, IReadOnlyList<string> environment, SafeFileHandle input, SafeFileHandle errors)
    {
        var attributes = stackalloc byte[AttributesSizeBytes];
        var actions = stackalloc byte[FileActionsSizeBytes];
        var signals = stackalloc byte[SignalSetSizeBytes];
        new Span<byte>(signals, SignalSetSizeBytes).Clear();
        Check(InitAttributes(attributes), command);
        Check(InitActions(actions), command);
        var arguments = NativeTexts(command);
        var variables = NativeTexts(environment);
        try
        {
            Check(SetFlags(attributes, SetSession | SetSignalDefaults | SetSignalMask), command);
            Check(SetMask(attributes, signals), command);
            *(ulong*)signals = DefaultSignals;
            Check(SetDefaults(attributes, signals), command);
            Check(AddDuplicate(actions, (int)input.DangerousGetHandle(), 0), command);
            Check(AddOpen(actions, 1, "/dev/null", WriteOnly, 0), command);
            Check(AddDuplicate(actions, (int)errors.DangerousGetHandle(), 2), command);
            int processId;
            fixed (nint* argumentList = arguments, variableList = variables)
            {
                Check(SpawnProcess(&processId, command[0], actions, attributes, argumentList, variableList), command);
            }

            return processId;
        }
        finally
        {
            Array.ForEach(arguments, Marshal.FreeCoTaskMem);
            Array.ForEach(variables, Marshal.FreeCoTaskMem);
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    private static nint[] NativeTexts(IReadOnlyList<string> texts)
    {
        var natives = new nint[texts.Count + 1];
        for (var index = 0; index < texts.Count; index++)
        {
            natives[index] = Marshal.StringToCoTaskMemUTF8(texts[index]);
        }

        return natives;
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) MakePipe()
    {
        var ends = stackalloc int[2];
        if (Pipe(ends, CloseOnExec) != 0)
        {
            throw new IOException($"No pipe: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>These functions answer with the error itself.</summary>
    private static void Check(int error, IReadOnlyList<string> command)
    {
        if (error != 0)
        {
            throw new IOException($"{command[0]} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SpawnProcess(
        int* processId, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen",
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitProcess(int processId, int* status, int options);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int processId, byte* information, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillProcess(int processId, int signal);
}
