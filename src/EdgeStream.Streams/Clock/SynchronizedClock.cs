using System.Runtime.InteropServices;

namespace EdgeStream.Streams;

/// <summary>Whether the kernel's wall clock is kept by a time server, as the daemon that does so has told the
/// kernel.</summary>
internal static unsafe partial class SynchronizedClock
{
    /// <summary>More than the kernel's structure takes on any machine; all zero it only asks.</summary>
    private const int StructureSizeBytes = 256;

    /// <summary>What the kernel answers while nobody has said that the clock is right.</summary>
    private const int Unsynchronized = 5;

    /// <summary>False also where the kernel does not tell.</summary>
    internal static bool Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var structure = stackalloc byte[StructureSizeBytes];
        new Span<byte>(structure, StructureSizeBytes).Clear();
        return Ask(structure) is >= 0 and not Unsynchronized;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Ask(byte* structure);
}
