using System.Buffers;

namespace EdgeStream.Kinesis;

/// <summary>Tells whether text has the outer form of an ARN, as the patterns of the API describe it.</summary>
internal static class ArnText
{
    private const int AccountDigits = 12;

    /// <summary>No member takes longer ones; looking through them would take time with their length squared.</summary>
    private const int BytesMax = 2048;

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n\f\v"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    /// <summary>Whether it is <c>arn:aws…:kinesis:…:&lt;12 digits&gt;:…</c> and the mark, not blank after it,
    /// follows.</summary>
    internal static bool IsOfKinesis(ReadOnlySpan<byte> arn, ReadOnlySpan<byte> mark)
    {
        if (arn.Length > BytesMax || !arn.StartsWith("arn:aws"u8))
        {
            return false;
        }

        var service = arn.IndexOf(":kinesis:"u8);
        if (service < 0)
        {
            return false;
        }

        var rest = arn[(service + ":kinesis:"u8.Length)..];
        for (var colon = rest.IndexOf((byte)':'); colon >= 0; colon = Next(rest, colon))
        {
            if (HasAccount(rest[(colon + 1)..], mark))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it ends in <c>/consumer/&lt;name&gt;:&lt;digits&gt;</c>.</summary>
    internal static bool EndsAsConsumer(ReadOnlySpan<byte> arn)
    {
        var mark = arn.LastIndexOf("/consumer/"u8);
        if (mark < 0)
        {
            return false;
        }

        var name = arn[(mark + "/consumer/"u8.Length)..];
        var colon = name.LastIndexOf((byte)':');
        return colon > 0
            && TextPattern.Name.IsMatch(name[..colon])
            && colon + 1 < name.Length
            && !name[(colon + 1)..].ContainsAnyExcept(Digits);
    }

    private static bool HasAccount(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        if (text.Length <= AccountDigits || text[..AccountDigits].ContainsAnyExcept(Digits))
        {
            return false;
        }

        var tail = text[AccountDigits..];
        var at = mark[0] == (byte)':' ? (tail.StartsWith(mark) ? 0 : -1) : tail.IndexOf(mark);
        if (tail[0] != (byte)':' || at < 0)
        {
            return false;
        }

        var name = tail[(at + mark.Length)..];
        return !name.IsEmpty && !name.ContainsAny(WhiteSpace);
    }

    private static int Next(ReadOnlySpan<byte> text, int colon)
    {
        var next = text[(colon + 1)..].IndexOf((byte)':');
        return next < 0 ? -1 : colon + 1 + next;
    }
}
