using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/deliveries</c>.</summary>
internal static class DeliveriesJson
{
    /// <summary>Writes <c>{"deliveries":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>deliveries</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("deliveries");
        foreach (var delivery in parts.Deliveries.Status())
        {
            WriteDelivery(writer, delivery);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes one of them.</summary>
    public static void WriteDelivery(Utf8JsonWriter writer, DeliveryStatus delivery)
    {
        writer.WriteStartObject();
        writer.WriteString("name", delivery.Name);
        writer.WriteString("stream", delivery.Stream);
        writer.WriteString("destination", delivery.Destination);
        writer.WriteString("target", delivery.Target);
        writer.WriteString("state", StateOf(delivery.State));
        writer.WriteNumber("appendedRecords", delivery.AppendedRecords);
        writer.WriteNumber("backlogRecords", delivery.BacklogRecords);
        writer.WriteNumber("historyRecords", delivery.HistoryRecords);
        writer.WriteNumber("backlogBytes", delivery.BacklogBytes);
        writer.WriteNumber("deliveredRecords", delivery.DeliveredRecords);
        writer.WriteNumber("deliveredBytes", delivery.DeliveredBytes);
        writer.WriteNumber("deliveredObjects", delivery.DeliveredObjects);
        writer.WriteNumber("evictedRecords", delivery.EvictedRecords);
        writer.WriteNumber("rejectedRecords", delivery.RejectedRecords.Total);
        writer.WriteStartObject("rejectedByReason");
        for (var reason = 0; reason < RejectionWords.Count; reason++)
        {
            writer.WriteNumber(
                RejectionWords.Of((RejectionReason)reason), delivery.RejectedRecords[(RejectionReason)reason]);
        }

        writer.WriteEndObject();
        writer.WriteNumber("filteredRecords", delivery.FilteredRecords);
        writer.WriteNumber("retriedRecords", delivery.RetriedRecords);
        writer.WriteNumber("removedObjects", delivery.RemovedObjects);
        writer.WriteNumber("unfitValues", delivery.UnfitValues);
        writer.WriteRate("lagSeconds", delivery.LagSeconds);
        writer.WriteTime("lastDeliveryAt", delivery.LastDeliveryAt);
        writer.WriteString("lastObject", delivery.LastObject);
        writer.WriteString("lastError", delivery.LastError);
        writer.WriteTime("nextAttemptAt", delivery.NextAttemptAt);
        writer.WriteString("breaker", BreakerOf(delivery.Breaker));
        writer.WriteString("hold", HoldOf(delivery.Hold));
        writer.WriteNumber("wireSentBytes", delivery.WireSentBytes);
        writer.WriteNumber("wireReceivedBytes", delivery.WireReceivedBytes);
        writer.WriteNumber("monthBytes", delivery.MonthBytes);
        WriteLimit(writer, "bytesPerMonth", delivery.BytesPerMonth);
        WriteLimit(writer, "bytesPerSecond", delivery.BytesPerSecond);
        WriteRate(writer, "wireBytesPerRecord", delivery.WireBytesPerRecord);
        writer.WriteRate("drainRecordsPerSecond", delivery.DrainRecordsPerSecond);
        WriteRate(writer, "etaSeconds", delivery.EtaSeconds);
        writer.WriteEndObject();
    }

    private static string StateOf(DeliveryState state) => state switch
    {
        DeliveryState.Delivering => "delivering",
        DeliveryState.BackingOff => "backing-off",
        DeliveryState.Waiting => "waiting",
        _ => "idle",
    };

    private static void WriteLimit(Utf8JsonWriter writer, string name, long? bytes)
    {
        if (bytes is { } limit)
        {
            writer.WriteNumber(name, limit);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteRate(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } rate)
        {
            writer.WriteRate(name, rate);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static string HoldOf(LinkHold hold) => hold switch
    {
        LinkHold.Month => "month",
        LinkHold.Window => "window",
        _ => "none",
    };

    private static string BreakerOf(BreakerState state) => state switch
    {
        BreakerState.Open => "open",
        BreakerState.HalfOpen => "half-open",
        _ => "closed",
    };
}
