namespace EdgeStream.Delivery;

/// <summary>URLs of the servers of one NATS cluster: <c>nats://host:4222</c> or <c>tls://host:4222</c>, with commas in
/// between.</summary>
internal static class NatsServers
{
    private const int PortDefault = 4222;
    private const int CountMax = 16;

    /// <summary>Takes them apart; false where one is no such URL.</summary>
    public static bool TryParse(string urls, out IReadOnlyList<(string Host, int Port, bool IsSecure)> servers)
    {
        var found = new List<(string, int, bool)>();
        servers = found;
        foreach (var url in urls.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls")
                || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.AbsolutePath is not ("" or "/"))
            {
                return false;
            }

            var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host;
            found.Add((host, uri.Port > 0 ? uri.Port : PortDefault, uri.Scheme == "tls"));
        }

        return found.Count is > 0 and <= CountMax;
    }
}
