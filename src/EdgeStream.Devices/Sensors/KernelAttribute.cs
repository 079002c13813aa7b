using System.Text;

namespace EdgeStream.Devices;

/// <summary>Reads one file of <c>/sys</c>, which the kernel makes while it is read.</summary>
internal static class KernelAttribute
{
    // The kernel gives an attribute a page, and all of it with one read.
    private const int SizeBytesMax = 4096;

    /// <summary>The file's text without the white space around it.</summary>
    /// <exception cref="IOException">It is not there, or the driver has no value.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway's user may not read it.</exception>
    internal static string ReadText(string path)
    {
        Span<byte> buffer = stackalloc byte[SizeBytesMax];
        return Encoding.UTF8.GetString(Read(path, buffer)).Trim();
    }

    /// <summary>The number that the file holds.</summary>
    /// <exception cref="IOException">It is not there, the driver has no value, or it is no number.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway's user may not read it.</exception>
    internal static double ReadNumber(string path)
    {
        Span<byte> buffer = stackalloc byte[SizeBytesMax];
        var text = Read(path, buffer).TrimEnd((byte)'\n');
        return KernelText.TryTakeNumber(ref text, out var number)
            ? number
            : throw new IOException($"{path} does not hold a number.");
    }

    private static ReadOnlySpan<byte> Read(string path, Span<byte> buffer)
    {
        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return buffer[..RandomAccess.Read(file, buffer, 0)];
    }
}
