using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeStream.Mqtt;

/// <summary>Wakes the readers of sockets on which something came in: the kernel's epoll(7), edge-triggered, and one
/// thread.</summary>
/// <remarks>
/// A socket is told to the kernel once, and a reader that waits is no call of the kernel. Thread-safe. The thread only
/// wakes: what comes in is read and handled in the thread pool. Memory is one reference a descriptor. It needs Linux.
/// </remarks>
internal sealed unsafe partial class SocketPoller : IDisposable
{
    private const int ControlAdd = 1;
    private const uint Readable = 0x001;
    private const uint Failed = 0x008;
    private const uint HungUp = 0x010;
    private const uint PeerEnded = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000;
    private const int ErrorInterrupted = 4;
    private const int EventsMax = 128;
    private const int FirstSlots = 256;

    /// <summary>The kernel packs the structure on x86-64 and on no other architecture.</summary>
    private static readonly int EventSizeBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _stop;

    /// <summary>The reader of each descriptor. An event that was under way when its descriptor was closed may wake the
    /// reader of the next socket of that number, which finds nothing and waits on.</summary>
    private SocketReader?[] _readers = new SocketReader?[FirstSlots];
    private volatile bool _isStopping;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="Win32Exception">There are no descriptors left.</exception>
    internal SocketPoller()
    {
        _epoll = Check(epoll_create1(CloseOnExec));
        try
        {
            _stop = Check(eventfd(0, CloseOnExec));
            try
            {
                Control(_stop, Readable);
            }
            catch
            {
                _ = close(_stop);
                throw;
            }
        }
        catch
        {
            _ = close(_epoll);
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "mqtt sockets" };
        _thread.Start();
    }

    /// <summary>Wakes a reader from now on whenever something comes in on its socket, or its peer ends.</summary>
    /// <exception cref="Win32Exception">The kernel refused, for want of memory or watches.</exception>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    internal void Watch(int descriptor, SocketReader reader)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (descriptor >= _readers.Length)
            {
                Array.Resize(ref _readers, Math.Max(_readers.Length * 2, descriptor + 1));
            }

            Volatile.Write(ref _readers[descriptor], reader);
            try
            {
                Control(descriptor, Readable | PeerEnded | EdgeTriggered);
            }
            catch
            {
                _readers[descriptor] = null;
                throw;
            }
        }
    }

    /// <summary>Forgets a reader, if the descriptor is still its own. The kernel forgets the socket when it is
    /// closed.</summary>
    internal void Forget(int descriptor, SocketReader reader)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_readers[descriptor], reader))
            {
                _readers[descriptor] = null;
            }
        }
    }

    /// <summary>Ends the thread; no reader is woken from here after that.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        ulong one = 1;
        _ = write(_stop, &one, sizeof(ulong));
        _thread.Join();
        _ = close(_stop);
        _ = close(_epoll);
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private void Run()
    {
        byte* events = stackalloc byte[EventsMax * EventSizeBytes];
        while (!_isStopping)
        {
            int count = epoll_wait(_epoll, events, EventsMax, timeoutMs: -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != ErrorInterrupted)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            for (int i = 0; i < count; i++)
            {
                var entry = new ReadOnlySpan<byte>(events + (i * EventSizeBytes), EventSizeBytes);
                uint what = BinaryPrimitives.ReadUInt32LittleEndian(entry);
                int descriptor = (int)BinaryPrimitives.ReadUInt64LittleEndian(entry[^sizeof(ulong)..]);
                WakeReaderOf(descriptor, (what & (PeerEnded | HungUp | Failed)) != 0);
            }
        }
    }

    private void WakeReaderOf(int descriptor, bool isPeerEnding)
    {
        SocketReader?[] readers = Volatile.Read(ref _readers);
        if (descriptor < readers.Length && Volatile.Read(ref readers[descriptor]) is { } reader)
        {
            reader.Wake(isPeerEnding);
        }
    }

    private void Control(int descriptor, uint interest)
    {
        Span<byte> entry = stackalloc byte[EventSizeBytes];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, interest);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[^sizeof(ulong)..], (ulong)descriptor);
        fixed (byte* pointer = entry)
        {
            Check(epoll_ctl(_epoll, ControlAdd, descriptor, pointer));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int countMax, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, void* bytes, nuint sizeBytes);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
