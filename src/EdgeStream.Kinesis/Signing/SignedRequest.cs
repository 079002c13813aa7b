using Microsoft.AspNetCore.Http;

namespace EdgeStream.Kinesis;

/// <summary>What of a request is signed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body as it came, compressed where it is.</param>
internal readonly record struct SignedRequest(
    string Method, string Target, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The path as it came.</summary>
    internal ReadOnlySpan<char> Path =>
        Target.IndexOf('?') is >= 0 and var mark ? Target.AsSpan(0, mark) : Target;

    /// <summary>The query as it came, without its mark.</summary>
    internal ReadOnlySpan<char> Query =>
        Target.IndexOf('?') is >= 0 and var mark ? Target.AsSpan(mark + 1) : default;
}
