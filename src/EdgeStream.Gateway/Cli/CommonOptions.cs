using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeStream.Gateway.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private const string UrlVariable = "EDGESTREAM_URL";

    /// <summary>The configuration file.</summary>
    public static Option<string?> Config() => new("--config", "-c")
    {
        Description = "The configuration file. Default: /etc/edgestream/edgestream.yaml if there is one, else "
            + "built-in defaults.",
        HelpName = "FILE",
    };

    /// <summary>The gateway to ask.</summary>
    public static Option<Uri?> Url()
    {
        var option = new Option<Uri?>("--url", "-u")
        {
            Description = "The gateway's HTTP address; also from $EDGESTREAM_URL.",
            HelpName = "URL",
            DefaultValueFactory = result => Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } text
                ? Parse(result, text, $"${UrlVariable}: ")
                : new Uri(DefaultUrl),
            CustomParser = result => Parse(result, result.Tokens.Count == 1 ? result.Tokens[0].Value : "", ""),
        };
        return option;
    }

    /// <summary>JSON instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    private static Uri? Parse(ArgumentResult result, string text, string origin)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        result.AddError($"{origin}'{text}' is no URL; write it like {DefaultUrl}.");
        return null;
    }
}
