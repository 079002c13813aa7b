namespace EdgeStream.Gateway.Config;

/// <summary>Where a folder really is.</summary>
internal static class RealFolder
{
    /// <summary>As many links as the kernel follows.</summary>
    private const int LinkCountMax = 40;

    /// <summary>The path with every symbolic link in it followed; what does not exist yet stays as named.</summary>
    internal static string Of(string folder)
    {
        var left = new Stack<string>();
        PushParts(left, Path.GetFullPath(folder));
        var real = "/";
        for (var links = 0; left.TryPop(out var part);)
        {
            var path = Path.Combine(real, part);
            if (links == LinkCountMax || LinkTargetOf(path) is not { } target)
            {
                real = path;
                continue;
            }

            // The target may lead through further links, and up from here.
            links++;
            PushParts(left, Path.GetFullPath(target, real));
            real = "/";
        }

        return real;
    }

    private static string? LinkTargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void PushParts(Stack<string> left, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            left.Push(parts[i]);
        }
    }
}
