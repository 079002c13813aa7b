using System.Buffers;
using System.Text.Json;
using EdgeStream.Gateway.Config;
using EdgeStream.Mqtt;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Sources;

/// <summary>Remembers over restarts what a source's session at its server is subscribed to.</summary>
/// <remarks>State key <c>sources/&lt;name&gt;</c>: one JSON object, version 1,
/// <c>{"version":1,"server":…,"clientId":…,"subscriptions":[{"filter":…,"qos":…,"granted":…}]}</c>. What can't be
/// read, or speaks of another server or client identifier, is as if nothing were there: the source then subscribes to
/// everything anew.</remarks>
internal sealed class SubscriptionRecord(StateStore state, MqttSourceConfig source)
{
    private const int Version = 1;

    private readonly string _key = $"sources/{source.Name}";

    /// <summary>What is known; null when nothing is.</summary>
    public IReadOnlyList<MqttKnownSubscription>? Read()
    {
        try
        {
            return state.TryGet(_key, out var bytes) ? Parse(bytes) : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return null;
        }
    }

    /// <summary>Makes it durable.</summary>
    public ValueTask WriteAsync(IReadOnlyList<MqttKnownSubscription> subscriptions)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, Version);
            writer.WriteString("server"u8, source.Link.Target);
            writer.WriteString("clientId"u8, source.Link.ClientId);
            writer.WriteStartArray("subscriptions"u8);
            foreach (var subscription in subscriptions)
            {
                writer.WriteStartObject();
                writer.WriteString("filter"u8, subscription.Filter);
                writer.WriteNumber("qos"u8, (int)subscription.Qos);
                writer.WriteBoolean("granted"u8, subscription.IsGranted);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return state.CommitAsync(new StateBatch().Put(_key, bytes.WrittenSpan));
    }

    private List<MqttKnownSubscription>? Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.GetProperty("version"u8).GetInt32() != Version
            || root.GetProperty("server"u8).GetString() != source.Link.Target
            || root.GetProperty("clientId"u8).GetString() != source.Link.ClientId)
        {
            return null;
        }

        var subscriptions = new List<MqttKnownSubscription>();
        foreach (var item in root.GetProperty("subscriptions"u8).EnumerateArray())
        {
            subscriptions.Add(new MqttKnownSubscription(
                item.GetProperty("filter"u8).GetString() ?? "",
                (MqttQos)item.GetProperty("qos"u8).GetInt32(),
                item.GetProperty("granted"u8).GetBoolean()));
        }

        return subscriptions;
    }
}
