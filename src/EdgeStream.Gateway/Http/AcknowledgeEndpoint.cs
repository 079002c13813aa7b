using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary><c>POST</c> and <c>DELETE /api/alerts/{id}/acknowledgement</c>: somebody takes care of an alert, or no
/// longer does. Durable when it is answered.</summary>
internal static class AcknowledgeEndpoint
{
    private const string Shape = "The body is {\"by\":\"who\",\"comment\":\"why\"}; both may be left out.";

    /// <summary>Notes it.</summary>
    public static async Task PostAsync(HttpContext context, GatewayParts parts, string id)
    {
        using var body = await JsonBody.ReadAsync(context, Shape);
        var by = JsonBody.TextOf(body.RootElement, "by", Shape) ?? "";
        var comment = JsonBody.TextOf(body.RootElement, "comment", Shape) ?? "";
        var alert = FindFiring(parts, id);
        await DeskCalls.RunAsync(async () =>
            await parts.Alerting.Desk.AcknowledgeAsync(alert.Id, by, comment, context.RequestAborted));
        await AnswerAsync(context, parts, alert);
    }

    /// <summary>Takes it back.</summary>
    public static async Task DeleteAsync(HttpContext context, GatewayParts parts, string id)
    {
        var alert = FindFiring(parts, id);
        await DeskCalls.RunAsync(() => parts.Alerting.Desk.ForgetAsync(alert.Id, context.RequestAborted));
        await AnswerAsync(context, parts, alert);
    }

    private static Task AnswerAsync(HttpContext context, GatewayParts parts, Alert alert) => JsonReply.WriteAsync(
        context, StatusCodes.Status200OK, (parts, alert),
        static (writer, state) => AlertsJson.WriteAlert(writer, state.parts, state.alert));

    private static Alert FindFiring(GatewayParts parts, string id)
    {
        var alert = parts.Rules.FindAlert(id) ?? throw new ApiException(new ApiError(
            StatusCodes.Status404NotFound, "alert_not_found", $"There is no alert '{id}'.",
            "GET /api/alerts lists them."));
        return alert.State == AlertState.Firing ? alert : throw new ApiException(new ApiError(
            StatusCodes.Status409Conflict, "alert_over", "The alert has resolved already.",
            "Only an alert that fires can be acknowledged."));
    }
}
