namespace EdgeStream.Kinesis;

/// <summary>The names of headers that clients sign, without a text of its own for each request.</summary>
internal static class HeaderNames
{
    /// <summary>The name as a text.</summary>
    internal static string Of(ReadOnlySpan<char> name) => name switch
    {
        "host" => "host",
        ":authority" => ":authority",
        "content-type" => "content-type",
        "content-length" => "content-length",
        "x-amz-date" => "x-amz-date",
        "x-amz-target" => "x-amz-target",
        "x-amz-content-sha256" => "x-amz-content-sha256",
        "x-amz-user-agent" => "x-amz-user-agent",
        "x-amz-security-token" => "x-amz-security-token",
        "amz-sdk-invocation-id" => "amz-sdk-invocation-id",
        "amz-sdk-request" => "amz-sdk-request",
        _ => name.ToString(),
    };
}
