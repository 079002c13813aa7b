namespace EdgeStream.Kinesis;

/// <summary>Content types of requests and answers.</summary>
internal static class ContentType
{
    internal const string Json = "application/x-amz-json-1.1";
    internal const string Cbor = "application/x-amz-cbor-1.1";
    internal const string EventStream = "application/vnd.amazon.eventstream";
    private const string PlainJson = "application/json";

    /// <summary>The format that a request's content type asks for; <see cref="ReplyFormat.Xml"/> for an unknown
    /// one.</summary>
    internal static ReplyFormat Of(string? header)
    {
        var type = header.AsSpan();
        var semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim() switch
        {
            Json => ReplyFormat.Json,
            Cbor => ReplyFormat.Cbor,
            PlainJson => ReplyFormat.PlainJson,
            _ => ReplyFormat.Xml,
        };
    }

    extension(ReplyFormat reply)
    {
        /// <summary>The content type of answers.</summary>
        internal string? HeaderValue() => reply switch
        {
            ReplyFormat.Json => Json,
            ReplyFormat.Cbor => Cbor,
            ReplyFormat.PlainJson => PlainJson,
            _ => null,
        };

        /// <summary>The format of bodies.</summary>
        internal WireFormat Wire() => reply == ReplyFormat.Cbor ? WireFormat.Cbor : WireFormat.Json;
    }
}
