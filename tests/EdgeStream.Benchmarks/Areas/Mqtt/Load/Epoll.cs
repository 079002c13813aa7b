using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>The kernel's epoll over non-blocking sockets: one thread serves thousands of them.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Modify = 3;
    private const uint Readable = 1;
    private const uint Writable = 4;
    private const int EventsMax = 1024;

    /// <summary>The kernel packs the structure on x86-64 and on no other architecture.</summary>
    private static readonly int EventSizeBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly byte[] _events = new byte[EventsMax * EventSizeBytes];
    private readonly int _descriptor = Check(epoll_create1(0));

    /// <summary>Watches a socket under a number.</summary>
    public void Watch(Socket socket, int number) => Control(Add, socket, number, Readable);

    /// <summary>Says whether room for more to send is awaited too.</summary>
    public void AwaitRoom(Socket socket, int number, bool isAwaited) =>
        Control(Modify, socket, number, isAwaited ? Readable | Writable : Readable);

    /// <summary>Waits; returns the numbers of the sockets that are ready, at most <c>numbers.Length</c>.</summary>
    public int Wait(Span<int> numbers, int timeoutMs)
    {
        fixed (byte* events = _events)
        {
            var count = epoll_wait(_descriptor, events, Math.Min(numbers.Length, EventsMax), timeoutMs);
            for (var index = 0; index < count; index++)
            {
                var data = _events.AsSpan(((index + 1) * EventSizeBytes) - sizeof(ulong));
                numbers[index] = (int)BinaryPrimitives.ReadUInt64LittleEndian(data);
            }

            return Math.Max(0, count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = close(_descriptor);

    private void Control(int operation, Socket socket, int number, uint interest)
    {
        Span<byte> entry = stackalloc byte[16];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, interest);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[(EventSizeBytes - sizeof(ulong))..], (ulong)number);
        fixed (byte* pointer = entry)
        {
            Check(epoll_ctl(_descriptor, operation, (int)socket.Handle, pointer));
        }
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new IOException($"epoll: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int descriptor, int operation, int target, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int descriptor, byte* events, int countMax, int timeoutMs);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
