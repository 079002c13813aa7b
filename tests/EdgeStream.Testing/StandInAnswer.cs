namespace EdgeStream.Testing;

/// <summary>What a <see cref="HttpStandIn"/> answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Headers">More headers, each a line without its break.</param>
public sealed record StandInAnswer(int Status = 200, string Body = "", params string[] Headers)
{
    /// <summary>How many bytes of the answer are sent before the connection is closed; null for all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the answer comes byte by byte.</summary>
    public bool IsDripped { get; init; }

    /// <summary>Whether there is never an answer.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The connection is closed without an answer.</summary>
    public static StandInAnswer Closed { get; } = new() { CutAfter = 0 };

    /// <summary>There is never an answer.</summary>
    public static StandInAnswer Silence { get; } = new() { IsSilent = true };
}
