using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/queries</c>.</summary>
internal static class QueriesJson
{
    /// <summary>Writes <c>{"queries":[…]}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        var texts = parts.Queries.Definitions.ToDictionary(query => query.Name, query => query.Sql);
        writer.WriteStartObject();
        writer.WriteStartArray("queries");
        foreach (var query in parts.Queries.Status)
        {
            writer.WriteStartObject();
            writer.WriteString("name", query.Name);
            writer.WriteString("sql", texts.GetValueOrDefault(query.Name, ""));
            writer.WriteString("state", query.State);
            writer.WriteString("failure", query.Failure);
            writer.WriteNumber("rowsIn", query.RowsIn);
            writer.WriteNumber("rowsOut", query.RowsOut);
            writer.WriteNumber("errors", query.Errors);
            writer.WriteString("lastError", query.LastError);
            writer.WriteNumber("memoryBytes", query.MemoryBytes);
            writer.WriteNumber("held", query.Held);
            writer.WriteNumber("lagRecords", query.LagRecords);
            writer.WriteNumber("skippedRecords", query.SkippedRecords);
            writer.WriteString("watermark", query.Watermark?.ToString());
            writer.WriteStartObject("streams");
            foreach (var (name, rows) in query.Streams)
            {
                writer.WriteNumber(name, rows);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
