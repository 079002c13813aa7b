using System.Net;

namespace EdgeStream.Gateway.Config;

/// <summary>What texts of the configuration may look like. Each check answers null, or what is wrong and what is
/// allowed.</summary>
internal static class Names
{
    private const int StreamNameLengthMax = 128;

    /// <summary>A stream's name, as Kinesis allows it.</summary>
    public static string? Stream(string text)
    {
        var isAllowed = text.Length is > 0 and <= StreamNameLengthMax
            && text.All(IsNameCharacter) && text.Any(c => c != '.');
        return isAllowed ? null : $"cannot be '{text}'; allowed: 1 to 128 letters, digits, '_', '.' and '-', not "
            + "only dots";
    }

    /// <summary>A name that becomes part of keys and file names.</summary>
    public static string? Id(string text) => Stream(text);

    /// <summary>A folder's path.</summary>
    public static string? Folder(string text) => text.Trim().Length > 0 && !text.Contains('\0')
        ? null
        : $"cannot be '{text.Replace('\0', '?')}'; allowed: the path of a folder";

    /// <summary>An IP address to listen on, or <c>localhost</c>.</summary>
    public static string? Address(string text) => TryParseAddress(text, out _)
        ? null
        : $"cannot be '{text}'; allowed: an IP address such as 127.0.0.1, 0.0.0.0 or ::, or localhost";

    /// <summary>Reads what <see cref="Address"/> allows.</summary>
    public static bool TryParseAddress(string text, out IPAddress address)
    {
        address = IPAddress.Loopback;
        if (text == "localhost")
        {
            return true;
        }

        var isAddress = IPAddress.TryParse(text, out var parsed)
            && (text.Contains(':') || text.Count(c => c == '.') == 3);
        address = parsed ?? IPAddress.Loopback;
        return isAddress;
    }

    /// <summary>Names of machines, with commas in between.</summary>
    public static string? Hosts(string text) => text.Split(',', StringSplitOptions.TrimEntries) is { } names
        && (text.Trim().Length == 0 || names.All(name => name.Length > 0 && name.All(IsNameCharacter)))
            ? null
            : $"cannot be '{text}'; allowed: names without port, such as gateway.example.org, with commas in between";

    /// <summary>The words of a durability.</summary>
    public static string? Durability(string text) => Storage.Durability.TryParse(text, out _)
        ? null
        : $"cannot be '{text}'; allowed: fsync, interval:<1 to 3600000 ms> or os";

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-';
}
