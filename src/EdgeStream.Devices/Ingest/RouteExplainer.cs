using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Tells what would become of a message, by the code that takes messages, without taking it.</summary>
/// <remarks>Thread-safe. Whether the stream has room, or has the message already, is not asked.</remarks>
/// <param name="router">The routes.</param>
/// <param name="memory">What dialects have learned; it learns from what is explained.</param>
public sealed class RouteExplainer(Router router, DialectMemory memory)
{
    /// <summary>Explains one message.</summary>
    /// <param name="clientId">The sender's MQTT client id, or null.</param>
    /// <param name="topic">The topic name in UTF-8.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="now">When it comes.</param>
    public Explanation Explain(
        string? clientId, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, Timestamp now)
    {
        var index = router.Match(topic);
        if (index < 0)
        {
            return new Explanation
            {
                RouteCount = router.Routes.Count, Problem = IngestReasons.Unrouted(topic, router.Routes.Count),
            };
        }

        var route = router.Routes[index];
        var hidden = new List<int>();
        for (var i = index + 1; i < router.Routes.Count; i++)
        {
            if (router.Routes[i].Matches(topic))
            {
                hidden.Add(i);
            }
        }

        var captures = new List<KeyValuePair<string, string>>();
        foreach (var (name, level) in route.Pattern.Captures)
        {
            captures.Add(new(name, Encoding.UTF8.GetString(TopicPattern.Level(topic, level))));
        }

        var scratch = IngestScratch.OfThread;
        var message = new DialectMessage(route, topic, clientId, payload, memory);
        var isRead = MessageReader.TryRead(
            message, now, DeviceSource.Mqtt, registry: null, scratch, out var problem);
        return new Explanation
        {
            Route = index,
            RouteCount = router.Routes.Count,
            Definition = route.Definition,
            Captures = captures,
            Hidden = hidden,
            Records = isRead ? RecordsOf(message, scratch) : [],
            Problem = isRead ? null : IngestReasons.Undecoded(route, problem),
        };
    }

    private static List<ExplainedRecord> RecordsOf(in DialectMessage message, IngestScratch scratch)
    {
        var records = new List<ExplainedRecord>();
        var batch = scratch.Readings;
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch[i];
            records.Add(new ExplainedRecord(
                Encoding.UTF8.GetString(MessageReader.KeyOf(message, record, scratch)),
                Encoding.UTF8.GetString(batch.DeviceOf(record)),
                record.EventTime,
                Encoding.UTF8.GetString(record.Time.Quality.ToWord()),
                record.Readings,
                Encoding.UTF8.GetString(batch.DataOf(record))));
        }

        return records;
    }
}
