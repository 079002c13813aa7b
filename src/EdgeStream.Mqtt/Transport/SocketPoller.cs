using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeStream.Mqtt;

/// <summary>The threads of the sockets: a few that the kernel wakes, by epoll(7), when something comes in, and that
/// then read and handle it themselves.</summary>
/// <remarks>
/// Handing it to the thread pool would wake two threads more for each message of a quiet connection. A thread takes one
/// event at a time, so that none waits behind the work of another while a thread is free; what runs here may not
/// block, and hands what takes long to the thread pool. A socket is told to the kernel once, edge-triggered, and a
/// reader that waits is no call of the kernel. Thread-safe. Memory is one reference a descriptor. It needs Linux, and
/// lives as long as the process.
/// </remarks>
internal sealed unsafe partial class SocketPoller
{
    private const int ControlAdd = 1;
    private const uint Readable = 0x001;
    private const uint Failed = 0x008;
    private const uint HungUp = 0x010;
    private const uint PeerEnded = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000;
    private const int ErrorInterrupted = 4;
    private const int ThreadsMin = 2;
    private const int ThreadsMax = 8;
    private const int FirstSlots = 256;

    /// <summary>The kernel packs the structure on x86-64 and on no other architecture.</summary>
    private static readonly int EventSizeBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly Lock SharedGate = new();
    private static SocketPoller? _shared;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly int _epoll;
    private readonly int _bell;
    private int _hasRung;

    /// <summary>The reader of each descriptor. An event that was under way when its descriptor was closed may wake the
    /// reader of the next socket of that number, which finds nothing and waits on.</summary>
    private SocketReader?[] _readers = new SocketReader?[FirstSlots];

    private SocketPoller()
    {
        _epoll = Check(epoll_create1(CloseOnExec));
        _bell = eventfd(0, CloseOnExec);
        try
        {
            Control(Check(_bell), Readable | EdgeTriggered);
        }
        catch
        {
            _ = close(_bell);
            _ = close(_epoll);
            throw;
        }

        for (int i = Math.Clamp(Environment.ProcessorCount, ThreadsMin, ThreadsMax); i > 0; i--)
        {
            new Thread(Run) { IsBackground = true, Name = "sockets" }.Start();
        }
    }

    /// <summary>The one of the process, which starts its threads when it is first asked for.</summary>
    /// <exception cref="Win32Exception">There are no descriptors left.</exception>
    internal static SocketPoller Shared
    {
        get
        {
            lock (SharedGate)
            {
                return _shared ??= new SocketPoller();
            }
        }
    }

    /// <summary>Goes on with something: at once in a thread of the thread pool; else soon and elsewhere, as the thread
    /// may be one that others wait for.</summary>
    internal static void HandOn(Action work)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            work();
        }
        else
        {
            Post(work);
        }
    }

    /// <summary>Runs something soon in one of the threads; in the thread pool where no socket was ever
    /// watched.</summary>
    /// <remarks>It takes less than a microsecond, but for the call that wakes a thread, which many at once
    /// share.</remarks>
    internal static void Post(Action work)
    {
        if (Volatile.Read(ref _shared) is { } poller)
        {
            poller._posted.Enqueue(work);
            poller.Ring();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
        }
    }

    /// <summary>Wakes a reader from now on whenever something comes in on its socket, or its peer ends.</summary>
    /// <exception cref="Win32Exception">The kernel refused, for want of memory or watches.</exception>
    internal void Watch(int descriptor, SocketReader reader)
    {
        lock (_gate)
        {
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

    private static int Check(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    private void Run()
    {
        byte* pointer = stackalloc byte[EventSizeBytes];
        var entry = new ReadOnlySpan<byte>(pointer, EventSizeBytes);
        while (true)
        {
            if (epoll_wait(_epoll, pointer, countMax: 1, timeoutMs: -1) < 1)
            {
                if (Marshal.GetLastPInvokeError() != ErrorInterrupted)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                continue;
            }

            uint what = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            int descriptor = (int)BinaryPrimitives.ReadUInt64LittleEndian(entry[^sizeof(ulong)..]);
            if (descriptor == _bell)
            {
                RunPosted();
            }
            else
            {
                WakeReaderOf(descriptor, (what & (PeerEnded | HungUp | Failed)) != 0);
            }
        }
    }

    private void WakeReaderOf(int descriptor, bool isPeerEnding)
    {
        SocketReader?[] readers = Volatile.Read(ref _readers);
        if (descriptor < readers.Length && Volatile.Read(ref readers[descriptor]) is { } reader)
        {
            reader.WakeHere(isPeerEnding);
        }
    }

    /// <summary>Wakes one thread for what is posted, unless one is on its way.</summary>
    private void Ring()
    {
        if (Interlocked.Exchange(ref _hasRung, 1) == 0)
        {
            // Nobody reads it: each write is news to the kernel.
            ulong one = 1;
            _ = write(_bell, &one, sizeof(ulong));
        }
    }

    private void RunPosted()
    {
        // First: what is posted from here on rings again.
        Interlocked.Exchange(ref _hasRung, 0);
        while (_posted.TryDequeue(out Action? work))
        {
            if (!_posted.IsEmpty)
            {
                Ring();
            }

            work();
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
