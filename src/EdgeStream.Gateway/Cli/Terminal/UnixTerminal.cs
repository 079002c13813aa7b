using System.Runtime.InteropServices;

namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>The terminal of this process's standard input and output.</summary>
/// <remarks>Not thread-safe. The settings of a terminal are kept as the bytes that the C library gave, since their
/// layout differs between machines.</remarks>
internal sealed partial class UnixTerminal(TextWriter output) : ITerminal
{
    private const int InputDescriptor = 0;
    private const int OutputDescriptor = 1;
    private const int DefaultWidth = 80;

    /// <summary>More than any termios takes.</summary>
    private const int SettingsSizeBytes = 256;

    /// <summary>TCSADRAIN: after what was written is out, and what was typed ahead stays.</summary>
    private const int AfterDrain = 1;

    private const nuint GetWindowSize = 0x5413;
    private const short PollIn = 1;
    private const int Interrupted = 4;

    private readonly byte[] _buffer = new byte[256];
    private int _next;
    private int _count;

    /// <summary>Whether both ends of the process are a terminal.</summary>
    public static bool IsThere => IsTerminal(InputDescriptor) == 1 && IsTerminal(OutputDescriptor) == 1;

    /// <inheritdoc/>
    public int Width
    {
        get
        {
            Span<ushort> size = stackalloc ushort[4];
            return InputOutputControl(OutputDescriptor, GetWindowSize, size) == 0 && size[1] > 0
                ? size[1]
                : DefaultWidth;
        }
    }

    /// <inheritdoc/>
    public IDisposable BeginRaw()
    {
        var before = new byte[SettingsSizeBytes];
        if (GetSettings(InputDescriptor, before) != 0)
        {
            throw new IOException($"The terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var raw = (byte[])before.Clone();
        MakeRaw(raw);
        return SetSettings(InputDescriptor, AfterDrain, raw) == 0
            ? new RawMode(before)
            : throw new IOException($"The terminal: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <inheritdoc/>
    public int ReadByte(int waitMs)
    {
        if (_next < _count)
        {
            return _buffer[_next++];
        }

        while (true)
        {
            var ready = Poll(waitMs);
            if (ready == 0)
            {
                return -2;
            }

            var count = ready < 0 ? -1 : Read(InputDescriptor, _buffer, (nuint)_buffer.Length);
            if (count > 0)
            {
                (_next, _count) = (1, (int)count);
                return _buffer[0];
            }

            if (count == 0 || Marshal.GetLastPInvokeError() != Interrupted)
            {
                return -1;
            }
        }
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }

    private static int Poll(int waitMs)
    {
        var wanted = new PollDescriptor { Descriptor = InputDescriptor, Events = PollIn };
        return WaitForInput(ref wanted, 1, waitMs);
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int descriptor, Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(int descriptor, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> settings);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int InputOutputControl(int descriptor, nuint request, Span<ushort> size);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitForInput(ref PollDescriptor descriptors, nuint count, int waitMs);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    private sealed class RawMode(byte[] before) : IDisposable
    {
        public void Dispose() => SetSettings(InputDescriptor, AfterDrain, before);
    }
}
