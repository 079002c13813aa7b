using System.Collections.Concurrent;
using System.Reflection;

namespace EdgeStream.Gateway.Http;

/// <summary>Serves the dashboard, which is embedded in the program.</summary>
/// <remarks>A file is read, hashed and compressed when it is first asked for. Unknown paths are not found; there is no
/// folder to leave.</remarks>
internal sealed class StaticFiles
{
    private const string ResourcePrefix = "dashboard/";
    private const string OpenApiName = "openapi.json";

    private const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Assembly Program = typeof(StaticFiles).Assembly;

    private readonly ConcurrentDictionary<string, StaticFile?> _files = new(StringComparer.Ordinal);

    // Requests decide which paths are looked up: only names that exist are remembered.
    private readonly HashSet<string> _names = [.. Program.GetManifestResourceNames()];

    /// <summary>Answers a GET or HEAD; false when there is no such file.</summary>
    public async Task<bool> TryHandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value is null or "/" ? "/index.html" : context.Request.Path.Value;
        if (Find(ResourcePrefix + path[1..]) is not { } file)
        {
            return false;
        }

        await AnswerAsync(context, file);
        return true;
    }

    /// <summary>Answers with the description of the API.</summary>
    public Task HandleOpenApiAsync(HttpContext context) => AnswerAsync(context, Find(OpenApiName)!);

    private static async Task AnswerAsync(HttpContext context, StaticFile file)
    {
        var headers = context.Response.Headers;
        headers.ETag = file.ETag;
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch.Contains(file.ETag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var content = file.Content;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            content = file.Compressed;
            headers.ContentEncoding = "gzip";
        }

        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    private StaticFile? Find(string name) => _names.Contains(name) ? _files.GetOrAdd(name, Load) : null;

    private static StaticFile? Load(string name)
    {
        using var resource = Program.GetManifestResourceStream(name);
        if (resource is null)
        {
            return null;
        }

        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new StaticFile(content, ContentTypeOf(name));
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".woff2" => "font/woff2",
        ".webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };
}
