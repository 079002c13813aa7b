using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>Why a message goes to the dead letters, for a person: what was wrong, where, and what to do.</summary>
internal static class IngestReasons
{
    /// <summary>No route takes the topic.</summary>
    internal static string Unrouted(ReadOnlySpan<byte> topic, int routeCount) =>
        $"No route takes the topic '{Encoding.UTF8.GetString(topic)}' ({routeCount} routes were tried). "
            + "Add a route whose topic filter matches it, or one for '#'.";

    /// <summary>The route could not make a record of the payload.</summary>
    internal static string Undecoded(Route route, string problem) =>
        $"Route '{route.Definition.Topic}' ({route.Reader}, key {route.Definition.Key}): {problem}.";

    /// <summary>The stream will never take the record.</summary>
    internal static string Refused(Route route, AppendStatus status, int dataSizeBytes, in ProducerStamp producer) =>
        status == AppendStatus.TooLarge
            ? $"Route '{route.Definition.Topic}': the record of {dataSizeBytes} bytes is larger than the stream "
                + $"'{route.Definition.Stream}' accepts. Send smaller messages."
            : $"Route '{route.Definition.Topic}': the stream '{route.Definition.Stream}' can't tell whether it has the "
                + $"message: its number {producer.Sequence} (epoch {producer.Epoch}) is {ProducerStamp.WindowSize} or "
                + "more below its producer's highest one, or of an earlier epoch. A producer whose counter starts "
                + "again names a greater epoch.";
}
