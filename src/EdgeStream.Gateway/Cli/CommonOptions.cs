using System.CommandLine;

namespace EdgeStream.Gateway.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The configuration file.</summary>
    public static Option<string?> Config() => new("--config", "-c")
    {
        Description = "The configuration file. Default: /etc/edgestream/edgestream.yaml if there is one, else "
            + "built-in defaults.",
        HelpName = "FILE",
    };

    /// <summary>The gateway to ask.</summary>
    public static Option<Uri> Url()
    {
        var option = new Option<Uri>("--url", "-u")
        {
            Description = "The gateway's HTTP address; also from $EDGESTREAM_URL.",
            HelpName = "URL",
            DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable("EDGESTREAM_URL") ?? DefaultUrl),
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                {
                    return url;
                }

                result.AddError($"'{text}' is no URL; write it like {DefaultUrl}.");
                return null;
            },
        };
        return option;
    }

    /// <summary>JSON instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };
}
