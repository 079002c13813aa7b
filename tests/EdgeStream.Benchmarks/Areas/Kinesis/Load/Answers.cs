using System.Text;

namespace EdgeStream.Benchmarks.Areas.Kinesis.Load;

/// <summary>Finds in answers what has to be there, without taking them apart.</summary>
/// <remarks>None of the servers writes white space between tokens.</remarks>
internal static class Answers
{
    private static ReadOnlySpan<byte> Sequence => "\"SequenceNumber\":\""u8;

    private static ReadOnlySpan<byte> NoneFailed => "\"FailedRecordCount\":0"u8;

    /// <summary>How many records have a sequence number.</summary>
    public static int CountRecords(ReadOnlySpan<byte> body) => body.Count(Sequence);

    /// <summary>The last sequence number of a record, empty where there is none.</summary>
    public static ReadOnlySpan<byte> LastSequence(ReadOnlySpan<byte> body)
    {
        var at = body.LastIndexOf(Sequence);
        return at < 0 ? [] : TextAt(body[(at + Sequence.Length)..]);
    }

    /// <summary>The text of a member, empty where there is none.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="member">The name with its quotes, its colon and the text's first quote.</param>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> member)
    {
        var at = body.IndexOf(member);
        return at < 0 ? [] : TextAt(body[(at + member.Length)..]);
    }

    /// <summary>Requires that every record was taken.</summary>
    /// <exception cref="InvalidDataException">It is not so.</exception>
    public static void RequirePut(int status, ReadOnlySpan<byte> body, int records)
    {
        RequireSuccess(status, body);
        if (CountRecords(body) != records || (records > 1 && body.IndexOf(NoneFailed) < 0))
        {
            throw Wrong(status, body);
        }
    }

    /// <summary>Requires the status 200.</summary>
    /// <exception cref="InvalidDataException">It is another one.</exception>
    public static void RequireSuccess(int status, ReadOnlySpan<byte> body)
    {
        if (status != 200)
        {
            throw Wrong(status, body);
        }
    }

    private static ReadOnlySpan<byte> TextAt(ReadOnlySpan<byte> rest) => rest[..rest.IndexOf((byte)'"')];

    private static InvalidDataException Wrong(int status, ReadOnlySpan<byte> body) =>
        new($"The server answered {status}: {Encoding.UTF8.GetString(body[..Math.Min(body.Length, 500)])}");
}
