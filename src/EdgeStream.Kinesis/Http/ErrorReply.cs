using System.Net;
using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Writes errors as clients read them.</summary>
internal static class ErrorReply
{
    private const string OldPrefix = "com.amazon.coral.service#";

    /// <summary>Writes the error.</summary>
    internal static void Write(ResponseBuffer output, ReplyFormat reply, ApiException error)
    {
        switch (reply)
        {
            case ReplyFormat.PlainJson:
                output.Write(Encoding.UTF8.GetBytes(
                    $$$"""{"Output":{"__type":"{{{OldPrefix}}}{{{error.Type}}}"},"Version":"1.0"}"""));
                break;
            case ReplyFormat.Xml when error.Text is null:
                output.Write(Encoding.UTF8.GetBytes($"<{error.Type}/>\n"));
                break;
            case ReplyFormat.Xml:
                var text = WebUtility.HtmlEncode(QuotedText.OfError(error.Text));
                output.Write(Encoding.UTF8.GetBytes(
                    $"<{error.Type}>\n  <Message>{text}</Message>\n</{error.Type}>\n"));
                break;
            default:
                Write(new ResponseWriter(output, reply.Wire()), error);
                break;
        }
    }

    /// <summary>Writes the error as a structure.</summary>
    internal static void Write(ResponseWriter writer, ApiException error)
    {
        writer.BeginStructure();
        writer.Text(Members.ErrorTypeName, error.Type);
        if (error.Text is not null)
        {
            // The service spells this one name differently.
            writer.Text(
                error.Type == ErrorType.Serialization ? Members.SerializationText : Members.ErrorText,
                QuotedText.OfError(error.Text));
        }

        writer.EndStructure();
    }
}
