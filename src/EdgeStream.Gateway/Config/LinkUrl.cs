namespace EdgeStream.Gateway.Config;

/// <summary>What URLs, filters and topics of connections to other MQTT servers may look like.</summary>
internal static class LinkUrl
{
    private const string Plain = "mqtt";
    private const string Secure = "mqtts";
    private const int PlainPort = 1883;
    private const int SecurePort = 8883;
    private const string Share = "$share/";

    private static readonly string[] Places = ["{stream}", "{shard}", "{key}", "{delivery}"];

    /// <summary>What is wrong with a URL; null when nothing is.</summary>
    public static string? Problem(string text) => TryParse(text, out _, out _, out _)
        ? null
        : $"cannot be '{WithoutUser(text)}'; allowed: mqtt://host:1883 or mqtts://host:8883, without user and path";

    /// <summary>Takes a URL apart.</summary>
    public static bool TryParse(string text, out string host, out int port, out bool isSecure)
    {
        host = "";
        port = 0;
        isSecure = false;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme is not (Plain or Secure) || url.Host.Length == 0 || url.UserInfo.Length > 0
            || url.AbsolutePath is not ("" or "/") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            return false;
        }

        isSecure = url.Scheme == Secure;
        host = url.HostNameType == UriHostNameType.IPv6 ? url.Host.Trim('[', ']') : url.Host;
        port = url.Port > 0 ? url.Port : isSecure ? SecurePort : PlainPort;
        return true;
    }

    /// <summary>What is wrong with a topic filter; null when nothing is.</summary>
    public static string? FilterProblem(string text)
    {
        var filter = text;
        if (text.StartsWith(Share, StringComparison.Ordinal))
        {
            var end = text.IndexOf('/', Share.Length);
            filter = end > Share.Length && text.AsSpan(Share.Length, end - Share.Length).IndexOfAny('+', '#') < 0
                ? text[(end + 1)..]
                : "";
        }

        var levels = filter.Split('/');
        var isAllowed = filter.Length > 0 && !text.Contains('\0');
        for (var i = 0; i < levels.Length; i++)
        {
            isAllowed &= (!levels[i].Contains('#') || (levels[i].Length == 1 && i == levels.Length - 1))
                && (!levels[i].Contains('+') || levels[i].Length == 1);
        }

        return isAllowed ? null : $"cannot be '{text}'; allowed: a topic filter such as site/+/temperature or site/#, "
            + "or $share/<name>/<filter>";
    }

    /// <summary>What is wrong with a topic's template; null when nothing is.</summary>
    public static string? TopicProblem(string text)
    {
        var rest = text;
        foreach (var place in Places)
        {
            rest = rest.Replace(place, "x", StringComparison.Ordinal);
        }

        return rest.Length > 0 && rest.AsSpan().IndexOfAny("+#{}\0") < 0
            ? null
            : $"cannot be '{text}'; allowed: a topic without + and #, with {string.Join(", ", Places)} in it";
    }

    /// <summary>A password must not reach the log.</summary>
    public static string WithoutUser(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? "…" + text[at..] : text;
}
