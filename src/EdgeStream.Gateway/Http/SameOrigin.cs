namespace EdgeStream.Gateway.Http;

/// <summary>Keeps other web sites, open in the same browser, from using the API.</summary>
internal static class SameOrigin
{
    /// <summary>Whether the request comes from the gateway's own pages or from no page at all.</summary>
    /// <remarks>A browser sends <c>Origin</c> with every cross-site POST and every WebSocket; other clients send
    /// none.</remarks>
    public static bool IsAllowed(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
        {
            return true;
        }

        return origins.Count == 1
            && Uri.TryCreate(origins[0], UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
