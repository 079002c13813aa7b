using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// Numbers the starts of the machine, as a data folder has seen them: the file <c>boots</c>, one line per start,
/// <c>ordinal boot-id first-seen</c>. Records carry the ordinal, so that times of one start can be corrected together.
/// </summary>
internal static class BootLedger
{
    private const string FileName = "boots";
    private const int LinesMax = 1000;
    private const uint ProvisionalOrdinal = 1u << 31;

    /// <summary>The ordinal of the present start; a new one is made durable before it is used.</summary>
    internal static uint Open(IDisk disk, string folder, string bootId, TimeProvider timeProvider)
    {
        var path = Path.Combine(folder, FileName);
        var content = disk.TryRead(path);
        var lines = content is null
            ? []
            : Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        uint newest = 0;
        foreach (var line in lines)
        {
            var fields = line.Split(' ');
            if (uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
            {
                newest = Math.Max(newest, ordinal);
                if (fields.Length > 1 && fields[1] == bootId)
                {
                    return ordinal;
                }
            }
        }

        lines.Add($"{newest + 1} {bootId} {Timestamp.From(timeProvider.GetUtcNow())}");
        var kept = string.Join('\n', lines.TakeLast(LinesMax)) + "\n";
        try
        {
            disk.Replace(path, Encoding.ASCII.GetBytes(kept));
            return newest + 1;
        }
        catch (DiskFullException)
        {
            // A full disk must not keep the gateway from starting. This number meets no counted one.
            return ProvisionalOrdinal | Crc32C.Compute(Encoding.ASCII.GetBytes(bootId));
        }
    }
}
