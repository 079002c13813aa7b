using System.Text;
using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET</c>, <c>PATCH</c> and <c>DELETE /api/devices/{id}/twin</c>. Durable when it is answered.</summary>
internal static class TwinEndpoint
{
    private const string Shape =
        "The body is {\"state\":{\"interval\":10,\"old\":null}}, and \"version\" where it must be that version.";

    /// <summary>Answers with the twin; a device that is known and has none has an empty one.</summary>
    public static Task GetAsync(HttpContext context, GatewayParts parts, string id)
    {
        var twin = parts.Twins.Twins.Find(id)
            ?? (parts.Devices.Knows(id) ? DeviceTwin.Of(id) : throw new ApiException(ApiError.NoDevice(id)));
        return AnswerAsync(context, twin);
    }

    /// <summary>Changes what is desired.</summary>
    public static async Task PatchAsync(HttpContext context, GatewayParts parts, string id)
    {
        using var body = await JsonBody.ReadAsync(context, Shape);
        var text = Encoding.UTF8.GetBytes(body.RootElement.GetRawText());
        if (TwinFront.Read(text, out var state, out var version) is { } problem)
        {
            throw new ApiException(ApiError.Invalid(problem, Shape));
        }

        var update = await parts.Twins.Twins.UpdateAsync(
            id, TwinPart.Desired, state, version, context.RequestAborted);
        if (update.Outcome != TwinOutcome.Done)
        {
            throw new ApiException(ErrorOf(update));
        }

        await AnswerAsync(context, update.Twin!);
    }

    /// <summary>Forgets the twin.</summary>
    public static async Task DeleteAsync(HttpContext context, GatewayParts parts, string id)
    {
        var isThere = await DeskCalls.RunAsync(async () =>
            await parts.Twins.Twins.ForgetAsync(id, context.RequestAborted));
        if (!isThere)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status404NotFound, "twin_not_found", $"'{id}' has no twin.",
                "PATCH makes one; GET /api/devices lists the devices."));
        }

        await AnswerAsync(context, DeviceTwin.Of(id));
    }

    private static Task AnswerAsync(HttpContext context, DeviceTwin twin) =>
        JsonReply.WriteAsync(context, StatusCodes.Status200OK, twin, TwinJson.Write);

    private static ApiError ErrorOf(TwinUpdate update) => update.Outcome switch
    {
        TwinOutcome.OtherVersion => new ApiError(
            StatusCodes.Status409Conflict, "other_version", update.Problem, "GET answers with the twin as it is."),
        TwinOutcome.TooLarge or TwinOutcome.TooMany => new ApiError(
            StatusCodes.Status413PayloadTooLarge, "twin_too_large", update.Problem, Shape),
        TwinOutcome.NotDurable => new ApiError(
            StatusCodes.Status503ServiceUnavailable, "not_durable", update.Problem, "See /health."),
        _ => ApiError.Invalid(update.Problem, Shape),
    };
}
