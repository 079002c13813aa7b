using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Makes the records of one message, as its route says: the way that ingest, explain and replay
/// share.</summary>
internal static class MessageReader
{
    /// <summary>Reads a message into the scratch memory's batch.</summary>
    /// <param name="message">The message, with its route.</param>
    /// <param name="now">When it came; judges which times are plausible.</param>
    /// <param name="source">How it came in.</param>
    /// <param name="registry">Knows the devices' clocks; null where nobody does.</param>
    /// <param name="scratch">Holds the records until the thread reads its next message.</param>
    /// <param name="problem">What is wrong, where, and what to do.</param>
    internal static bool TryRead(
        in DialectMessage message,
        Timestamp now,
        DeviceSource source,
        DeviceRegistry? registry,
        IngestScratch scratch,
        out string problem)
    {
        var batch = scratch.Readings;
        var route = message.Route;
        batch.Begin(route, message.Topic, message.ClientId, now);
        if (route.Dialect is { } dialect)
        {
            if (!dialect.TryRead(message, batch, out problem) || !batch.TryEnd(out problem))
            {
                return false;
            }
        }
        else
        {
            if (!PayloadDecoder.TryDecode(route.Decoder, message.Payload, scratch, out var data, out problem))
            {
                return false;
            }

            batch.AddObject(data, route.Time.Find(data));
        }

        if (!HaveKeys(message, scratch, out problem))
        {
            return false;
        }

        if (route.DefersTimes)
        {
            DeviceTimes.Resolve(message, batch, source, registry, scratch);
        }

        return true;
    }

    /// <summary>The partition key of a record; it was found when the message was read.</summary>
    internal static ReadOnlySpan<byte> KeyOf(in DialectMessage message, in ReadingRecord record, IngestScratch scratch)
    {
        _ = TryGetKey(message, record, scratch, out var key, out _);
        return key;
    }

    /// <summary>A message is taken with all of its records or not at all.</summary>
    private static bool HaveKeys(in DialectMessage message, IngestScratch scratch, out string problem)
    {
        problem = "";
        for (var i = 0; i < scratch.Readings.Count; i++)
        {
            if (!TryGetKey(message, scratch.Readings[i], scratch, out _, out problem))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryGetKey(
        in DialectMessage message,
        in ReadingRecord record,
        IngestScratch scratch,
        out ReadOnlySpan<byte> key,
        out string problem) =>
        message.Route.Key.TryGetKey(
            scratch.Readings.DeviceOf(record), message.Topic, message.ClientId, scratch.Readings.DataOf(record),
            scratch, out key, out problem);
}
