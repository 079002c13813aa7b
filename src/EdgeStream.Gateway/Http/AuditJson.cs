using System.Text.Json;
using EdgeStream.Delivery;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/deliveries/audit</c>, and of <c>edgestream deliveries audit --json</c>.</summary>
internal static class AuditJson
{
    /// <summary>Writes the account of a running gateway's deliveries.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts) =>
        Write(writer, DeliveryAuditor.Audit(parts.Store, parts.Time));

    /// <summary>Writes <c>{"addsUp":…,"shards":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<ShardAudit> audits)
    {
        var addsUp = true;
        foreach (var audit in audits)
        {
            addsUp &= audit.AddsUp;
        }

        writer.WriteStartObject();
        writer.WriteBoolean("addsUp", addsUp);
        writer.WriteStartArray("shards");
        foreach (var audit in audits)
        {
            WriteShard(writer, audit);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteShard(Utf8JsonWriter writer, ShardAudit audit)
    {
        writer.WriteStartObject();
        writer.WriteString("delivery", audit.Delivery);
        writer.WriteString("stream", audit.Stream);
        writer.WriteString("shard", audit.Shard);
        writer.WriteBoolean("addsUp", audit.AddsUp);
        writer.WriteString("problem", audit.Problem);
        writer.WriteStartArray("hours");
        foreach (var hour in audit.Hours)
        {
            writer.WriteStartObject();
            writer.WriteTime("hour", hour.Hour);
            writer.WriteNumber("firstSequence", hour.First);
            writer.WriteNumber("appendedRecords", hour.Appended);
            writer.WriteNumber("deliveredRecords", hour.Delivered);
            writer.WriteNumber("evictedRecords", hour.Evicted);
            writer.WriteNumber("rejectedRecords", hour.Rejected);
            writer.WriteNumber("filteredRecords", hour.Filtered);
            writer.WriteNumber("pendingRecords", hour.Pending);
            writer.WriteBoolean("addsUp", hour.AddsUp);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("gaps");
        foreach (var gap in audit.Gaps)
        {
            writer.WriteStartObject();
            writer.WriteNumber("firstSequence", gap.First);
            writer.WriteNumber("lastSequence", gap.Last);
            writer.WriteString("why", WordOf(gap.Why));
            writer.WriteString("reason", gap.Why == GapWhy.Rejected ? RejectionWords.Of(gap.Reason) : null);
            writer.WriteTime("noticedAt", gap.NoticedAt.ToDateTimeOffset());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("unnamedGapRecords", audit.ForgottenGapRecords);
        writer.WriteEndObject();
    }

    private static string WordOf(GapWhy why) => why switch
    {
        GapWhy.Damaged => "damaged",
        GapWhy.PassedOver => "passed-over",
        GapWhy.Rejected => "rejected",
        GapWhy.LostToCut => "lost-to-cut",
        _ => "evicted",
    };
}
