using System.Text.Json;
using EdgeStream.Gateway.Composition;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/status</c>.</summary>
internal static class StatusJson
{
    /// <summary>Writes the status as one object.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        writer.WriteString("version", GatewayVersion.Text);
        writer.WriteString("node", parts.Config.NodeId);
        writer.WriteBoolean("demo", parts.IsDemo);
        writer.WriteTime("startedAt", parts.StartedAt);
        writer.WriteNumber("uptimeSeconds", (long)parts.Uptime.TotalSeconds);
        WriteClock(writer, parts.Store.Clock);
        WriteStorage(writer, parts);
        WearJson.Write(writer, parts);
        WriteMqtt(writer, parts);
        SourcesJson.Write(writer, parts);
        ModbusJson.Write(writer, parts);
        KernelSensorsJson.Write(writer, parts);
        WriteHealth(writer, parts);
        writer.WriteEndObject();
    }

    private static void WriteClock(Utf8JsonWriter writer, ClockStatus clock)
    {
        writer.WriteStartObject("clock");
        writer.WriteBoolean("set", clock.IsSet);
        writer.WriteBoolean("assumed", clock.IsAssumed);
        writer.WriteNumber("steps", clock.StepCount);
        writer.WriteNumber("lastStepSeconds", Math.Round(clock.LastStep.TotalSeconds, 3));
        writer.WriteEndObject();
    }

    private static void WriteStorage(Utf8JsonWriter writer, GatewayParts parts)
    {
        var use = StorageUse.Of(parts.Store, parts.Config.DataFolder);
        writer.WriteStartObject("storage");
        writer.WriteString("folder", parts.Config.DataFolder);
        writer.WriteNumber("usedBytes", use.UsedBytes);
        writer.WriteNumber("freeBytes", use.FreeBytes);
        writer.WriteNumber("totalBytes", use.TotalBytes);
        var storage = parts.Store.Storage;
        writer.WriteNumber("diskBytes", storage.UsedBytes);
        writer.WriteNumber("budgetBytes", storage.BudgetBytes);
        writer.WriteNumber("reserveBytes", storage.ReserveBytes);
        writer.WriteNumber("reserveHeldBytes", storage.ReserveHeldBytes);
        writer.WriteEndObject();
    }

    private static void WriteMqtt(Utf8JsonWriter writer, GatewayParts parts)
    {
        var statistics = parts.Broker.Statistics;
        writer.WriteStartObject("mqtt");
        writer.WriteString("endpoint", parts.MqttEndpoints.Count > 0 ? parts.MqttEndpoints[0] : "");
        writer.WriteStartArray("endpoints");
        foreach (var endpoint in parts.MqttEndpoints)
        {
            writer.WriteStringValue(endpoint);
        }

        writer.WriteEndArray();
        writer.WriteNumber("connections", statistics.Connections);
        writer.WriteNumber("sessions", statistics.Sessions);
        writer.WriteNumber("publishesReceived", statistics.PublishesReceived);
        writer.WriteNumber("publishesSent", statistics.PublishesSent);
        writer.WriteNumber("retainedMessages", parts.Broker.RetainedCount);
        writer.WriteEndObject();
    }

    private static void WriteHealth(Utf8JsonWriter writer, GatewayParts parts)
    {
        var report = HealthReport.Of(parts);
        writer.WriteStartObject("health");
        writer.WriteString("status", HealthReport.WordOf(report.Status));
        writer.WriteStartArray("reasons");
        foreach (var check in report.Checks)
        {
            if (check.Status != HealthStatus.Healthy)
            {
                writer.WriteStringValue($"{check.Name}: {check.Detail}");
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
