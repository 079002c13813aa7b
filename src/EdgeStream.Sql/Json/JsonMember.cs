namespace EdgeStream.Sql;

/// <summary>A member's name as it stood at its place in the last record, from its quote to behind its colon. Where the
/// same bytes stand there again, they mean the same and are not looked at one by one.</summary>
internal sealed class JsonMember
{
    /// <summary>Longer ones are read anew each time.</summary>
    public const int LengthMax = 64;

    private readonly byte[] _bytes = new byte[LengthMax];

    /// <summary>How many bytes it has; 0 before anything was learnt.</summary>
    public int Length { get; private set; }

    /// <summary>What is wanted of its value; null for nothing.</summary>
    public JsonPathNode? Node { get; private set; }

    /// <summary>Whether a text goes on with these bytes.</summary>
    public bool IsAt(ReadOnlySpan<byte> text) =>
        Length > 0 && text.Length >= Length && text[..Length].SequenceEqual(_bytes.AsSpan(0, Length));

    /// <summary>Takes other bytes, at most <see cref="LengthMax"/>.</summary>
    public void Learn(ReadOnlySpan<byte> bytes, JsonPathNode? node)
    {
        bytes.CopyTo(_bytes);
        Length = bytes.Length;
        Node = node;
    }
}
