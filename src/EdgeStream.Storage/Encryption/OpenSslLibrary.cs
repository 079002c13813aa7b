using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>Whether the library is there that the framework encrypts with on Linux.</summary>
/// <remarks>Asked first, since the framework ends the process where it is missing.</remarks>
internal static class OpenSslLibrary
{
    private static readonly Lazy<bool> Available = new(Find);

    internal static bool IsAvailable => Available.Value;

    private static bool Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var wanted = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE");
        string[] names = [$"libssl.so.{wanted}", "libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out _))
            {
                return true;
            }
        }

        return false;
    }
}
