using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /health</c>: 200 while the gateway does its job, 503 when it does not.</summary>
internal static class HealthEndpoint
{
    /// <summary>Answers the request.</summary>
    public static Task HandleAsync(HttpContext context, GatewayParts parts)
    {
        var report = HealthReport.Of(parts);
        var status = report.Status == HealthStatus.Failing
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        return JsonReply.WriteAsync(context, status, report, Write);
    }

    private static void Write(Utf8JsonWriter writer, HealthReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("status", HealthReport.WordOf(report.Status));
        writer.WriteStartArray("checks");
        foreach (var check in report.Checks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", check.Name);
            writer.WriteString("status", HealthReport.WordOf(check.Status));
            writer.WriteString("detail", check.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
