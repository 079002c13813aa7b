using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>Puts notifications aside that were given up, in a stream.</summary>
/// <remarks>A record is <c>{"action","kind","reason","attempts","at","groupKey","alerts":[…]}</c>, the alerts being
/// those that were news; its partition key is <c>action/&lt;name&gt;</c>. Frozen.</remarks>
internal sealed class ActionErrors(StreamStore store, string? streamName)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends one and completes when it is acknowledged; does nothing where there is no such
    /// stream.</summary>
    /// <exception cref="StreamException">The stream refused it.</exception>
    /// <exception cref="IOException">The write or sync failed.</exception>
    public async ValueTask PutAsideAsync(
        AlertNotification notification, string kind, string reason, int attempts, Timestamp at,
        CancellationToken cancellationToken)
    {
        if (streamName is null || !store.TryGet(streamName, out var stream))
        {
            return;
        }

        await stream.AppendAsync(
            Encoding.UTF8.GetBytes($"action/{notification.Action}"),
            ToBytes(notification, kind, reason, attempts, at),
            cancellationToken: cancellationToken);
    }

    internal static byte[] ToBytes(
        AlertNotification notification, string kind, string reason, int attempts, Timestamp at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("action", notification.Action);
            writer.WriteString("kind", kind);
            writer.WriteString("reason", reason);
            writer.WriteNumber("attempts", attempts);
            writer.WriteString("at", at.ToString());
            writer.WriteString("groupKey", notification.GroupKey);
            writer.WriteStartArray("alerts");
            foreach (var alert in notification.Changes)
            {
                AlertJson.Write(writer, alert);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
