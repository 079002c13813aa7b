using EdgeStream.Devices;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET</c>, <c>PATCH</c> and <c>DELETE /api/devices/{id}</c>: one device of the registry.</summary>
internal static class DeviceEndpoint
{
    private const string Shape = "The body is {\"alias\":\"Kiln, hall 2\"}; an empty text takes the name away.";

    /// <summary>Answers with the device.</summary>
    public static Task GetAsync(HttpContext context, GatewayParts parts, string id) => JsonReply.WriteAsync(
        context, StatusCodes.Status200OK, (parts, Device: FindIn(parts, id)),
        static (writer, state) => DevicesJson.WriteDevice(writer, state.parts, state.Device));

    /// <summary>Gives it a name.</summary>
    public static async Task PatchAsync(HttpContext context, GatewayParts parts, string id)
    {
        using var body = await JsonBody.ReadAsync(context, Shape);
        foreach (var member in body.RootElement.EnumerateObject())
        {
            if (member.Name != "alias")
            {
                throw new ApiException(ApiError.Invalid($"There is no '{member.Name}'.", Shape));
            }
        }

        var alias = JsonBody.TextOf(body.RootElement, "alias", Shape)
            ?? throw new ApiException(ApiError.Invalid("There is no 'alias'.", Shape));
        if (parts.Devices.ConfiguredAliases.ContainsKey(id))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "alias_configured", $"The configuration names '{id}'.",
                "Change it in 'devices.aliases' of the configuration."));
        }

        if (!await DeskCalls.RunAsync(() => parts.Devices.SetAliasAsync(id, alias, context.RequestAborted)))
        {
            throw new ApiException(ApiError.NoDevice(id));
        }

        await GetAsync(context, parts, id);
    }

    /// <summary>Forgets it, and its twin.</summary>
    public static async Task DeleteAsync(HttpContext context, GatewayParts parts, string id)
    {
        var device = FindIn(parts, id);
        await DeskCalls.RunAsync(async () => await parts.Twins.Twins.ForgetAsync(id, context.RequestAborted));
        await parts.Devices.ForgetAsync(id, context.RequestAborted);
        await JsonReply.WriteAsync(
            context, StatusCodes.Status200OK, (parts, device),
            static (writer, state) => DevicesJson.WriteDevice(writer, state.parts, state.device));
    }

    private static DeviceSnapshot FindIn(GatewayParts parts, string id) =>
        parts.Devices.Find(id) ?? throw new ApiException(ApiError.NoDevice(id));
}
