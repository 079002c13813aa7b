namespace EdgeStream.Gateway.Http;

/// <summary>A method and a path that are served, and who does.</summary>
/// <param name="Method">The method; HEAD is a GET.</param>
/// <param name="Template">The path. A part in braces stands for any text without a slash; as the last part, for any
/// text at all.</param>
/// <param name="Handle">Answers a request, given the texts that stand for the parts in braces.</param>
internal sealed record Route(string Method, string Template, Func<Router, HttpContext, string[], Task> Handle)
{
    private readonly string[] _parts = Template.Split('/');

    /// <summary>Whether a path is this one.</summary>
    public bool TryMatch(string path, out string[] values)
    {
        values = [];
        var parts = path.Split('/', _parts.Length);
        if (parts.Length != _parts.Length)
        {
            return false;
        }

        for (var index = 0; index < parts.Length; index++)
        {
            if (!_parts[index].StartsWith('{'))
            {
                if (_parts[index] != parts[index])
                {
                    return false;
                }
            }
            else if (parts[index].Length == 0)
            {
                return false;
            }
            else
            {
                values = [.. values, parts[index]];
            }
        }

        return true;
    }
}
