namespace EdgeStream.Gateway.Config;

/// <summary>What URLs of Modbus lines may look like.</summary>
internal static class ModbusUrl
{
    private const int DefaultPort = 502;

    /// <summary>What is wrong with a URL; null when nothing is.</summary>
    public static string? Problem(string text) => TryParse(text, out _, out _, out _)
        ? null
        : $"cannot be '{text}'; allowed: tcp://host:502 or rtu:///dev/ttyUSB0";

    /// <summary>Takes a URL apart: a host and port, or the path of a serial line.</summary>
    public static bool TryParse(string text, out string host, out int port, out string path)
    {
        host = "";
        port = 0;
        path = "";
        const string Serial = "rtu://";
        if (text.StartsWith(Serial, StringComparison.Ordinal))
        {
            path = text[Serial.Length..];
            return path.Length > 1 && path[0] == '/' && !path.Contains('\0');
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "tcp" || url.Host.Length == 0
            || url.UserInfo.Length > 0 || url.AbsolutePath is not ("" or "/") || url.Query.Length > 0)
        {
            return false;
        }

        host = url.HostNameType == UriHostNameType.IPv6 ? url.Host.Trim('[', ']') : url.Host;
        port = url.Port > 0 ? url.Port : DefaultPort;
        return true;
    }
}
