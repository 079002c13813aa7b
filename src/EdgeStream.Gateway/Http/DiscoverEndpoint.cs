using EdgeStream.Analytics;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /api/queries/discover?stream=</c>: the columns that the newest records of a stream have, and the
/// statement that declares them.</summary>
internal static class DiscoverEndpoint
{
    /// <summary>Looks at the stream.</summary>
    public static Task HandleAsync(HttpContext context, DataStream stream) => JsonReply.WriteAsync(
        context, StatusCodes.Status200OK, SchemaDiscovery.Sample(stream), static (writer, schema) =>
        {
            writer.WriteStartObject();
            writer.WriteString("stream", schema.Stream);
            writer.WriteNumber("sampled", schema.Records);
            writer.WriteStartArray("columns");
            foreach (var column in schema.Columns)
            {
                writer.WriteStartObject();
                writer.WriteString("name", column.Name);
                writer.WriteString("type", column.Type?.ToString());
                writer.WriteString("path", column.Mapping);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("sql", schema.ToSql());
            writer.WriteEndObject();
        });
}
