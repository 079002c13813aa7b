using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Testing;

/// <summary>A command at a terminal of its own, whose keys a test presses.</summary>
/// <remarks>The terminal has 80 columns and is the command's controlling one: Ctrl-C sends its signal. Killed when the
/// test is over.</remarks>
public sealed partial class PseudoTerminal : IAsyncDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const nuint SetWindowSize = 0x5414;

    private readonly FileStream _master;
    private readonly Process _process;
    private readonly Thread _reading;

    private PseudoTerminal(SafeFileHandle master, Process process)
    {
        _master = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0);
        _process = process;
        _reading = new Thread(ReadAll) { IsBackground = true };
        _reading.Start();
    }

    /// <summary>What has been shown so far, as it was written; line ends and control sequences included.</summary>
    public ProcessOutput Screen { get; } = new();

    /// <summary>Starts a command.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside the test's own.</param>
    public static PseudoTerminal Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var descriptor = OpenMaster(ReadWrite | NoControllingTerminal | CloseOnExec);
        Span<byte> name = stackalloc byte[128];
        Span<ushort> size = [24, 80, 0, 0];
        if (descriptor < 0 || Grant(descriptor) != 0 || Unlock(descriptor) != 0
            || NameOfSlave(descriptor, name, (nuint)name.Length) != 0
            || InputOutputControl(descriptor, SetWindowSize, size) != 0)
        {
            throw new InvalidOperationException($"No pseudo-terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        // A session of its own, whose controlling terminal is the slave; the arguments follow untouched.
        var slave = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
        var script = $"exec setsid --ctty --wait \"$@\" <>{slave} >&0 2>&0";
        var process = Command.Start(
            "/bin/sh", ["-c", script, "sh", program, .. arguments], workingFolder: null, environment);
        return new PseudoTerminal(new SafeFileHandle(descriptor, ownsHandle: true), process);
    }

    /// <summary>Presses keys.</summary>
    public void Type(string keys) => _master.Write(Encoding.UTF8.GetBytes(keys));

    /// <summary>Waits until a text has been shown.</summary>
    public Task WaitForAsync(string text) =>
        Poll.UntilAsync(() => Screen.Contains(text), null, () => $"waiting for '{text}' in:\n{Screen}");

    /// <summary>Waits until the command has ended and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Poll.DefaultDeadline);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _master.Dispose();
    }

    private void ReadAll()
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[4096];
        try
        {
            int count;
            while ((count = _master.Read(buffer)) > 0)
            {
                Screen.AddText(new string(text, 0, decoder.GetChars(buffer, 0, count, text, 0)));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The last one that had the terminal open has ended.
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOfSlave(int descriptor, Span<byte> name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int InputOutputControl(int descriptor, nuint request, Span<ushort> size);
}
