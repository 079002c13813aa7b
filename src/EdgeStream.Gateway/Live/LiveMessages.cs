using System.Buffers;
using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Http;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Live;

/// <summary>Builds the messages of the live feed.</summary>
internal static class LiveMessages
{
    private const int HistoryRecordCountMax = 5000;
    private const int GapCountMax = 100;
    private static readonly TimeSpan HistoryAge = TimeSpan.FromMinutes(15);

    /// <summary>Whether a stream's records are readings, which the charts show.</summary>
    public static bool IsReadings(DataStream stream) =>
        stream.Name is not (StreamNames.Alerts or StreamNames.DeadLetter or StreamNames.DeliveryErrors);

    /// <summary>The state of everything, sent every second.</summary>
    public static ReadOnlyMemory<byte> Status(GatewayParts parts) => Build("status", parts, static (writer, parts) =>
    {
        writer.WritePropertyName("status");
        StatusJson.Write(writer, parts);
        StreamsJson.WriteList(writer, parts);
        DeliveriesJson.WriteList(writer, parts);
        RulesJson.WriteList(writer, parts);
        writer.WritePropertyName("alerting");
        AlertingJson.Write(writer, parts);
    });

    /// <summary>One alert.</summary>
    public static ReadOnlyMemory<byte> Alert(ReadOnlySpan<byte> alertJson)
    {
        var buffer = new ArrayBufferWriter<byte>(alertJson.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, JsonReply.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "alert");
            writer.WritePropertyName("alert");
            writer.WriteRawValue(alertJson, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>What is new since the last turn; null when nothing is.</summary>
    public static ReadOnlyMemory<byte>? Readings(IReadOnlyList<LiveTail> tails)
    {
        var count = 0;
        var message = Build("readings", tails, (writer, tails) =>
        {
            var gaps = new List<LiveGap>();
            writer.WriteStartArray("readings");
            foreach (var tail in tails)
            {
                tail.Read(
                    (in StreamRecord record) => count += ReadingJson.TryWrite(writer, record) ? 1 : 0,
                    gaps.Add);
            }

            writer.WriteEndArray();
            WriteGaps(writer, gaps);
            count += gaps.Count;
        });

        // Not "count == 0 ? null : message": null would become an empty message, by way of a null array.
        return count == 0 ? default(ReadOnlyMemory<byte>?) : message;
    }

    /// <summary>The last minutes, for a browser that has just come.</summary>
    public static ReadOnlyMemory<byte> History(GatewayParts parts) => Build("history", parts, static (writer, parts) =>
    {
        var gaps = new List<LiveGap>();
        writer.WriteStartArray("readings");
        var since = Timestamp.From(parts.Time.GetUtcNow() - HistoryAge);
        foreach (var stream in parts.Store.Streams.Where(IsReadings))
        {
            foreach (var shard in stream.Shards)
            {
                WriteHistory(writer, shard, since, gap => gaps.Add(new LiveGap(stream.Name, shard, gap)));
            }
        }

        writer.WriteEndArray();
        WriteGaps(writer, gaps);
        AlertsJson.WriteList(writer, parts);
    });

    private static void WriteHistory(Utf8JsonWriter writer, Shard shard, Timestamp since, Action<LogGap> onGap)
    {
        var first = Math.Max(1, shard.NewestSequence.Value - HistoryRecordCountMax + 1);
        using var reader = shard.OpenReader(ShardPosition.At(new SequenceNumber(first)));
        LogReadStep step;
        for (var count = 0;
            count < HistoryRecordCountMax && (step = reader.Read(out var record)) != LogReadStep.None;
            count++)
        {
            if (step == LogReadStep.Gap)
            {
                onGap(reader.Gap);
            }
            else if (record.ArrivalTime >= since)
            {
                ReadingJson.TryWrite(writer, record);
            }
        }
    }

    /// <summary>What is missing among the readings, at most so many places, the newest.</summary>
    private static void WriteGaps(Utf8JsonWriter writer, List<LiveGap> gaps)
    {
        writer.WriteStartArray("gaps");
        for (var at = Math.Max(0, gaps.Count - GapCountMax); at < gaps.Count; at++)
        {
            writer.WriteStartObject();
            writer.WriteString("stream", gaps[at].Stream);
            GapJson.WriteMembers(writer, gaps[at].Shard, gaps[at].Gap);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Build<TState>(string type, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, JsonReply.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            write(writer, state);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
