using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>How a channel's template names objects, as deliveries have it.</summary>
/// <remarks>Source: Amazon Kinesis Data Streams Developer Guide, "S3 output key template for Amazon S3 delivery". What
/// makes names unique stands before the extension.</remarks>
/// <param name="Prefix">What names begin with, as <see cref="Delivery.PrefixTemplate"/> has it.</param>
/// <param name="Extension">What they end with; null for that of the compression.</param>
internal readonly record struct ChannelKeyTemplate(string Prefix, string? Extension)
{
    private const string Opening = "!{";
    private const string ExtensionWord = "extension";

    private const string Default =
        "kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/"
        + "!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}";

    /// <summary>Reads a channel's template.</summary>
    /// <exception cref="ApiException">It has a variable that there is not, or an extension before its end.</exception>
    internal static ChannelKeyTemplate Read(ChannelSettings channel, string streamName)
    {
        var text = channel.KeyTemplate ?? Default;
        var prefix = new StringBuilder();
        var at = 0;
        while (text.IndexOf(Opening, at, StringComparison.Ordinal) is var opening && opening >= 0)
        {
            prefix.Append(text, at, opening - at);
            var end = text.IndexOf('}', opening);
            if (end < 0)
            {
                throw ApiException.InvalidArgument("OutputKeyTemplate has a variable that begins with '!{' and has "
                    + "no '}'.");
            }

            var variable = text[(opening + Opening.Length)..end];
            at = end + 1;
            if (variable.StartsWith(ExtensionWord, StringComparison.Ordinal))
            {
                return at == text.Length
                    ? new ChannelKeyTemplate(prefix.ToString(), ExtensionOf(variable))
                    : throw ApiException.InvalidArgument($"OutputKeyTemplate must end with !{{{variable}}}.");
            }

            prefix.Append(ValueOf(variable, channel, streamName));
        }

        return new ChannelKeyTemplate(prefix.Append(text, at, text.Length - at).ToString(), "");
    }

    private static string ValueOf(string variable, ChannelSettings channel, string streamName) => variable switch
    {
        "channel-name" => channel.ChannelName,
        "channel-id" => channel.ChannelId,
        "stream-name" => streamName,
        "yyyy" or "yy" or "MM" or "dd" or "HH" or "mm" => $"!{{timestamp:{variable}}}",
        _ => throw Unknown(variable),
    };

    private static string? ExtensionOf(string variable) =>
        variable == ExtensionWord ? null
        : variable.StartsWith(ExtensionWord + ":.", StringComparison.Ordinal)
            && variable.Length > ExtensionWord.Length + 2 ? variable[(ExtensionWord.Length + 1)..]
        : throw Unknown(variable);

    private static ApiException Unknown(string variable) => ApiException.InvalidArgument(
        $"OutputKeyTemplate has !{{{variable}}}, which is unknown: there are channel-name, channel-id, stream-name, "
            + "yyyy, yy, MM, dd, HH, mm, extension and extension:.literal.");
}
