using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeStream.Mqtt;

/// <summary>The kernel's recv(2) and send(2), which here never wait, however the socket is set.</summary>
/// <remarks>
/// <see cref="Socket"/> keeps a few hundred bytes for each one that was ever set not to block; these need nothing.
/// Thread-safe. They throw <see cref="ObjectDisposedException"/> for a socket that is closed. They need Linux.
/// </remarks>
internal static unsafe partial class SocketCalls
{
    /// <summary>Nothing is there, or nothing fits, for now.</summary>
    internal const int WouldBlock = -1;

    /// <summary>The connection is broken.</summary>
    internal const int Failed = -2;

    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int ErrorInterrupted = 4;
    private const int ErrorAgain = 11;

    /// <summary>Takes what has come.</summary>
    /// <returns>Bytes; zero at the peer's end; <see cref="WouldBlock"/> or <see cref="Failed"/>.</returns>
    internal static int Receive(Socket socket, Span<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            nint count;
            do
            {
                count = recv(socket.SafeHandle, pointer, (nuint)bytes.Length, DontWait);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
            return Result(count);
        }
    }

    /// <summary>Gives the kernel what it takes.</summary>
    /// <returns>Bytes; <see cref="WouldBlock"/> or <see cref="Failed"/>.</returns>
    internal static int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            nint count;
            do
            {
                count = send(socket.SafeHandle, pointer, (nuint)bytes.Length, DontWait | NoSignal);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
            return Result(count);
        }
    }

    private static int Result(nint count) =>
        count >= 0 ? (int)count : Marshal.GetLastPInvokeError() == ErrorAgain ? WouldBlock : Failed;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeSocketHandle socket, byte* bytes, nuint sizeBytes, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(SafeSocketHandle socket, byte* bytes, nuint sizeBytes, int flags);
}
