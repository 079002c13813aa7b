using System.Globalization;
using System.Text;

namespace EdgeStream.Devices;

/// <summary>Lists the folders of <c>/sys</c>; what cannot be listed or read is not there.</summary>
internal static class KernelFolder
{
    private const int EntryCountMax = 1024;
    private const int TextSizeBytesMax = 256;

    /// <summary>
    /// The entries whose name starts with <paramref name="prefix"/>, <c>x2</c> before <c>x10</c>, at most 1,024.
    /// </summary>
    internal static List<string> List(string folder, string prefix)
    {
        try
        {
            var entries = Directory.EnumerateFileSystemEntries(folder, prefix + "*").Take(EntryCountMax).ToList();
            entries.Sort((left, right) => CompareByNumber(left, right, folder.Length + 1 + prefix.Length));
            return entries;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A class without a device has no folder; a device that is being removed loses its own.
            return [];
        }
    }

    /// <summary>The short text of a file, such as a driver's name or a label; false when there is none.</summary>
    internal static bool TryReadText(string path, out string text)
    {
        text = "";
        try
        {
            if (!File.Exists(path))
            {
                return false;
            }

            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            Span<byte> buffer = stackalloc byte[TextSizeBytesMax];
            text = Encoding.UTF8.GetString(buffer[..RandomAccess.Read(file, buffer, 0)]).Trim();
            return text.Length > 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The device went away between the listing and this read; the next rescan sees it as it then is.
            return false;
        }
    }

    /// <summary>Compares by the number that stands at <paramref name="start"/>, then by the text.</summary>
    private static int CompareByNumber(string left, string right, int start)
    {
        var byNumber = NumberAt(left, start).CompareTo(NumberAt(right, start));
        return byNumber != 0 ? byNumber : string.CompareOrdinal(left, right);
    }

    private static ulong NumberAt(string text, int start)
    {
        start = Math.Min(start, text.Length);
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return ulong.TryParse(text.AsSpan(start, end - start), CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }
}
