using System.Net;
using EdgeStream.Gateway.Http;

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

    /// <summary>A file's path.</summary>
    public static string? File(string text) => text.Trim().Length > 0 && !text.Contains('\0')
        ? null
        : $"cannot be '{text.Replace('\0', '?')}'; allowed: the path of a file";

    /// <summary>The mode of a file, in octal.</summary>
    public static string? FileMode(string text) =>
        text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7') && (text.Length == 3 || text[0] == '0')
            ? null
            : $"cannot be '{text}'; allowed: three octal digits, such as 0660";

    /// <summary>Reads what <see cref="FileMode"/> allows.</summary>
    public static UnixFileMode FileModeOf(string text) =>
        FileMode(text) is null ? (UnixFileMode)Convert.ToInt32(text, 8) : UnixFileMode.None;

    /// <summary>Addresses and networks, with commas in between.</summary>
    public static string? Networks(string text)
    {
        foreach (var part in HostNames.Split(text))
        {
            if (!TryParseNetwork(part, out _))
            {
                return $"has '{part}'; allowed: addresses and networks such as 10.0.0.7 and 10.1.0.0/16, with commas "
                    + "in between";
            }
        }

        return HostNames.Split(text).Length > 0 ? null : "cannot be empty";
    }

    /// <summary>The same, or nothing at all.</summary>
    public static string? NetworksOrNone(string text) => text.Length == 0 ? null : Networks(text);

    /// <summary>Reads what <see cref="NetworksOrNone"/> allows.</summary>
    public static IReadOnlyList<IPNetwork> NetworksOf(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in HostNames.Split(text))
        {
            if (TryParseNetwork(part, out var network))
            {
                networks.Add(network);
            }
        }

        return networks;
    }

    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        if (text.Contains('/'))
        {
            return IPNetwork.TryParse(text, out network);
        }

        var isAddress = TryParseAddress(text, out var address);
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return isAddress;
    }

    /// <summary>The words of a durability.</summary>
    public static string? Durability(string text) => Storage.Durability.TryParse(text, out _)
        ? null
        : $"cannot be '{text}'; allowed: fsync, interval:<1 to 3600000 ms> or os";

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-';
}
