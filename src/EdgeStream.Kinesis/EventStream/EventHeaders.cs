namespace EdgeStream.Kinesis;

/// <summary>The headers of messages, made once.</summary>
internal static class EventHeaders
{
    private static readonly byte[][] Events = Both("event", "SubscribeToShardEvent");
    private static readonly byte[][] Initials = Both("event", "initial-response");

    /// <summary>Of an event with records.</summary>
    internal static byte[] Event(WireFormat format) => Events[(int)format];

    /// <summary>Of the message before the first event.</summary>
    internal static byte[] Initial(WireFormat format) => Initials[(int)format];

    /// <summary>Of an error that ends the events.</summary>
    internal static byte[] Exception(WireFormat format, string type) => Both("exception", type)[(int)format];

    private static byte[][] Both(string kind, string type) =>
        [EventFrame.Headers(kind, type, ContentType.Json), EventFrame.Headers(kind, type, ContentType.Cbor)];
}
