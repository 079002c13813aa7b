namespace EdgeStream.Delivery;

/// <summary>Where a database is.</summary>
/// <param name="Host">The host.</param>
/// <param name="Port">The port.</param>
/// <param name="Database">The database.</param>
internal sealed record PostgresServer(string Host, int Port, string Database)
{
    private const int PortDefault = 5432;

    /// <summary>Takes <c>postgresql://host:5432/database</c> apart; false where the text is none.</summary>
    public static bool TryParse(string url, out PostgresServer server)
    {
        server = new PostgresServer("", 0, "");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgresql" or "postgres")
            || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return false;
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host;
        server = new PostgresServer(host, uri.Port > 0 ? uri.Port : PortDefault, database);
        return database.Length > 0 && !database.Contains('\0', StringComparison.Ordinal);
    }
}
