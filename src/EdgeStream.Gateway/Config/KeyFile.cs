using EdgeStream.Storage;

namespace EdgeStream.Gateway.Config;

/// <summary>A file that holds one key.</summary>
internal static class KeyFile
{
    /// <summary>A key as text, with room for white space: more is no key, and is not read.</summary>
    private const int SizeBytesMax = 1024;

    /// <summary>Reads it.</summary>
    /// <exception cref="IOException">It cannot be read, or is too long to be a key.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[SizeBytesMax + 1];
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return count <= SizeBytesMax
            ? bytes[..count]
            : throw new IOException($"it has more than {SizeBytesMax} bytes; a key has {EncryptionKey.SizeBytes}");
    }

    /// <summary>Whether more than its owner and group may read or change it.</summary>
    public static bool IsOpenToOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;
}
