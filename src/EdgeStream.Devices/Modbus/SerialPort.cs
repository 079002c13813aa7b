using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeStream.Devices;

/// <summary>A serial line, set by termios; reads wait a tenth of a second at most.</summary>
internal sealed partial class SerialPort : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const int SetNow = 0;
    private const int FlushBoth = 2;
    private const int InterruptedError = 4;

    // struct termios of Linux: four flags of 4 bytes, one byte, then the control characters.
    private const int TermiosSizeBytes = 256;
    private const int ControlFlagsOffset = 8;
    private const int ControlCharactersOffset = 17;
    private const int WaitTenthsIndex = 5;
    private const int BytesMinIndex = 6;
    private const uint TwoStopBits = 0x40;
    private const uint Receiver = 0x80;
    private const uint ParityOn = 0x100;
    private const uint ParityOdd = 0x200;
    private const uint NoModem = 0x800;

    private readonly SafeFileHandle _handle;

    /// <summary>Opens and sets a line.</summary>
    /// <exception cref="IOException">It cannot be opened, or is no serial line.</exception>
    internal SerialPort(SerialSettings settings)
    {
        var descriptor = Open(settings.Path, ReadWrite | NoControllingTerminal | CloseOnExec);
        if (descriptor < 0)
        {
            throw Failed($"{settings.Path} cannot be opened");
        }

        _handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            Set(settings);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what came in and was not read.</summary>
    internal void Flush() => _ = Flush(_handle, FlushBoth);

    /// <summary>Writes all bytes.</summary>
    internal unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                written = Write(_handle, start, bytes.Length);
            }

            if (written < 0 && Marshal.GetLastPInvokeError() != InterruptedError)
            {
                throw Failed("The serial line cannot be written");
            }

            bytes = bytes[(int)Math.Max(written, 0)..];
        }
    }

    /// <summary>Reads what comes within a tenth of a second; 0 when nothing does.</summary>
    internal unsafe int Read(Span<byte> bytes)
    {
        nint read;
        fixed (byte* start = bytes)
        {
            read = Read(_handle, start, bytes.Length);
        }

        return read >= 0 ? (int)read
            : Marshal.GetLastPInvokeError() == InterruptedError ? 0
            : throw Failed("The serial line cannot be read");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private unsafe void Set(SerialSettings settings)
    {
        var termios = stackalloc byte[TermiosSizeBytes];
        if (GetAttributes(_handle, termios) != 0)
        {
            throw Failed($"{settings.Path} is no serial line");
        }

        MakeRaw(termios);
        var flags = new Span<byte>(termios + ControlFlagsOffset, sizeof(uint));
        var control = BinaryPrimitives.ReadUInt32LittleEndian(flags) & ~(TwoStopBits | ParityOn | ParityOdd);
        control |= Receiver | NoModem;
        control |= settings.StopBits == 2 ? TwoStopBits : 0;
        control |= settings.Parity switch { "even" => ParityOn, "odd" => ParityOn | ParityOdd, _ => 0 };
        BinaryPrimitives.WriteUInt32LittleEndian(flags, control);
        termios[ControlCharactersOffset + WaitTenthsIndex] = 1;
        termios[ControlCharactersOffset + BytesMinIndex] = 0;
        if (SetSpeed(termios, CodeOf(settings.BaudRate)) != 0 || SetAttributes(_handle, SetNow, termios) != 0)
        {
            throw Failed($"{settings.Path} cannot be set to {settings.BaudRate} baud");
        }
    }

    private static uint CodeOf(int baudRate) => baudRate switch
    {
        1200 => 9, 2400 => 11, 4800 => 12, 9600 => 13, 19_200 => 14, 38_400 => 15, 57_600 => 0x1001, _ => 0x1002,
    };

    private static IOException Failed(string what) =>
        new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(SafeFileHandle handle, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle handle, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int GetAttributes(SafeFileHandle handle, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int SetAttributes(SafeFileHandle handle, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static unsafe partial void MakeRaw(byte* termios);

    [LibraryImport("libc", EntryPoint = "cfsetspeed", SetLastError = true)]
    private static unsafe partial int SetSpeed(byte* termios, uint speed);

    [LibraryImport("libc", EntryPoint = "tcflush", SetLastError = true)]
    private static partial int Flush(SafeFileHandle handle, int queue);
}
