using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary>The body of <c>GET /api/queries</c>.</summary>
internal static class QueriesJson
{
    /// <summary>Writes <c>{"queries":[…],"runs":{…}}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("queries");
        foreach (var listing in parts.Queries.Listings)
        {
            WriteQuery(writer, listing);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("runs");
        writer.WriteNumber("live", parts.QueryRuns.Live);
        writer.WriteNumber("history", parts.QueryRuns.History);
        writer.WriteNumber("refused", parts.QueryRuns.Refused);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes one query.</summary>
    public static void WriteQuery(Utf8JsonWriter writer, QueryListing listing)
    {
        var query = listing.Status;
        writer.WriteStartObject();
        writer.WriteString("name", query.Name);
        writer.WriteString("source", listing.IsConfigured ? "configuration" : "api");
        writer.WriteBoolean("enabled", listing.IsEnabled);
        writer.WriteString("sql", listing.Definition.Sql);
        writer.WriteStartArray("outputs");
        foreach (var output in listing.Definition.Outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("from", output.From);
            writer.WriteString("stream", output.Stream);
            writer.WriteString("key", output.KeyColumn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
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
        writer.WriteStartArray("tables");
        foreach (var table in query.Tables)
        {
            writer.WriteStartObject();
            writer.WriteString("name", table.Name);
            writer.WriteString("place", table.Place);
            writer.WriteNumber("rows", table.Rows);
            writer.WriteString("changedAt", table.ChangedAt?.ToString());
            writer.WriteString("checkedAt", table.CheckedAt?.ToString());
            writer.WriteString("failure", table.Failure);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
