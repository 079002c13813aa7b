using System.Text;
using System.Text.Json;
using EdgeStream.Devices;
using EdgeStream.Gateway.Http;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Composition;

/// <summary>The device twins over MQTT, on topics that begin with <c>$twin/&lt;device&gt;/</c>.</summary>
/// <remarks>
/// Clients publish <c>{"state":{…},"version":n}</c> on <c>update/desired</c> and <c>update/reported</c>; the version
/// may be left out. It is acknowledged when the change is durable. The gateway publishes, retained, <c>desired</c> and
/// <c>reported</c> (<c>{"version","updatedAt","state"}</c>) and <c>delta</c>, what is desired and not reported, which
/// is taken away while there is none; and, not retained, <c>refused</c>. Nobody else may publish on these, and who may
/// on the others is a matter of the server's rights. None of it becomes a record.
/// </remarks>
internal sealed class TwinFront
{
    /// <summary>How many changes back the retained messages are looked after at the start: more than the server has
    /// outstanding when the power fails.</summary>
    private const int LookedAfterCount = 4096;

    private const int UpdateSizeBytesMax = 64 << 10;
    private const string TopicPrefix = "$twin/";

    private static readonly byte[] PrefixBytes = Encoding.UTF8.GetBytes(TopicPrefix);
    private readonly DeviceTwins _twins;
    private volatile MqttBroker? _broker;

    /// <summary>Tells of changes once there is a server.</summary>
    public TwinFront(DeviceTwins twins)
    {
        _twins = twins;
        twins.Changed = Tell;
    }

    /// <summary>The twins.</summary>
    public DeviceTwins Twins => _twins;

    /// <summary>Whether a topic is one of a twin's.</summary>
    public static bool IsTwin(ReadOnlySpan<byte> topic) => topic.StartsWith(PrefixBytes);

    /// <summary>Names the server, which has its retained messages already.</summary>
    public void Attach(MqttBroker broker)
    {
        _broker = broker;
        foreach (var twin in _twins.LastChanged(LookedAfterCount))
        {
            Tell(null, twin);
        }
    }

    /// <summary>Takes what a client publishes on a twin's topic.</summary>
    public PublishReceipt Publish(in MqttPublication publication)
    {
        if (!TryParse(publication.Topic, out var device, out var part))
        {
            return PublishReceipt.Refused(MqttReasonCode.NotAuthorized);
        }

        return publication.Payload.Length > UpdateSizeBytesMax
            ? PublishReceipt.Refused(MqttReasonCode.QuotaExceeded)
            : PublishReceipt.WhenDecided(UpdateAsync(device, part, publication.Payload.ToArray()));
    }

    /// <summary>Reads <c>{"state":{…},"version":n}</c>; the state is not looked into.</summary>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static string? Read(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> state, out long? version)
    {
        const string Shape = "Send {\"state\":{…}}, and \"version\" where the change counts for one version only.";
        state = default;
        version = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return $"It is no JSON object. {Shape}";
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.NameEquals("state"u8))
                {
                    state = Encoding.UTF8.GetBytes(member.Value.GetRawText());
                }
                else if (!member.NameEquals("version"u8))
                {
                    return $"There is no '{member.Name}'. {Shape}";
                }
                else if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out var number))
                {
                    version = number;
                }
                else
                {
                    return $"'version' is no whole number. {Shape}";
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"It is not JSON. {Shape}";
        }

        return state.IsEmpty ? $"There is no 'state'. {Shape}" : null;
    }

    private static bool TryParse(ReadOnlySpan<byte> topic, out string device, out TwinPart part)
    {
        var rest = topic[PrefixBytes.Length..];
        var isDesired = rest.EndsWith("/update/desired"u8);
        part = isDesired ? TwinPart.Desired : TwinPart.Reported;
        var isUpdate = isDesired || rest.EndsWith("/update/reported"u8);
        device = isUpdate
            ? Encoding.UTF8.GetString(rest[..^(isDesired ? "/update/desired"u8 : "/update/reported"u8).Length]) : "";
        return device.Length > 0;
    }

    private async Task<PublishOutcome> UpdateAsync(string device, TwinPart part, byte[] payload)
    {
        var update = Read(payload, out var state, out var version) is { } problem
            ? new TwinUpdate(TwinOutcome.BadState, _twins.Find(device), problem)
            : await _twins.UpdateAsync(device, part, state, version);
        if (update.Outcome == TwinOutcome.Done)
        {
            return PublishOutcome.Accepted;
        }

        if (update.Outcome != TwinOutcome.BadDevice)
        {
            Publish(device, "refused", isRetained: false, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("update", WordOf(part));
                writer.WriteNumber("version", update.Twin?.Of(part).Version ?? 0);
                writer.WriteString("problem", update.Problem);
                writer.WriteEndObject();
            });
        }

        return PublishOutcome.Refused(update.Outcome switch
        {
            TwinOutcome.BadDevice => MqttReasonCode.TopicNameInvalid,
            TwinOutcome.BadState => MqttReasonCode.PayloadFormatInvalid,
            TwinOutcome.OtherVersion => MqttReasonCode.ImplementationSpecificError,
            _ => MqttReasonCode.QuotaExceeded,
        });
    }

    private void Tell(DeviceTwin? before, DeviceTwin? after)
    {
        if (after is null)
        {
            foreach (var name in (ReadOnlySpan<string>)["desired", "reported", "delta"])
            {
                _broker?.Publish($"{TopicPrefix}{before!.Device}/{name}", [], MqttQos.AtLeastOnce, retain: true);
            }

            return;
        }

        foreach (var part in (ReadOnlySpan<TwinPart>)[TwinPart.Desired, TwinPart.Reported])
        {
            if (before?.Of(part) != after.Of(part))
            {
                var state = after.Of(part);
                Publish(after.Device, WordOf(part), isRetained: true, writer => TwinJson.WriteState(writer, state));
            }
        }

        var delta = after.Delta();
        if (before is null || !delta.AsSpan().SequenceEqual(before.Delta()))
        {
            TellDelta(after, delta);
        }
    }

    private void TellDelta(DeviceTwin twin, byte[] delta)
    {
        if (delta.AsSpan().SequenceEqual("{}"u8))
        {
            _broker?.Publish($"{TopicPrefix}{twin.Device}/delta", [], MqttQos.AtLeastOnce, retain: true);
            return;
        }

        Publish(twin.Device, "delta", isRetained: true, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", twin.Desired.Version);
            writer.WritePropertyName("state");
            writer.WriteRawValue(delta, skipInputValidation: true);
            writer.WriteEndObject();
        });
    }

    private void Publish(string device, string name, bool isRetained, Action<Utf8JsonWriter> write)
    {
        if (_broker is { } broker)
        {
            var payload = JsonBytes.Of(write);
            broker.Publish($"{TopicPrefix}{device}/{name}", payload.Span, MqttQos.AtLeastOnce, isRetained);
        }
    }

    private static string WordOf(TwinPart part) => part == TwinPart.Desired ? "desired" : "reported";
}
