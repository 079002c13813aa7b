using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Gateway.Http;

/// <summary>Small JSON bodies of requests.</summary>
internal static class JsonBody
{
    private const int BodyBytesMax = 16 << 10;

    /// <summary>Reads a body that must be a JSON object of at most 16 KiB, or what is said; the caller disposes
    /// it.</summary>
    /// <exception cref="ApiException">It is not.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpContext context, string shape, int bytesMax = BodyBytesMax)
    {
        var body = await ReadBytesAsync(context, shape, bytesMax);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException error)
        {
            throw new ApiException(ApiError.Invalid($"The body is not JSON: {error.Message}", shape));
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new ApiException(ApiError.Invalid("The body is no JSON object.", shape));
    }

    /// <summary>Reads the bytes of such a body; none where there is no body.</summary>
    /// <exception cref="ApiException">It is not said to be JSON, or too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, string shape, int bytesMax)
    {
        RecordsWriteEndpoint.RequireJson(context.Request);
        var body = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await context.Request.Body.ReadAsync(body.GetMemory(1024), context.RequestAborted)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > bytesMax)
            {
                throw new ApiException(new ApiError(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large",
                    $"The body is larger than {bytesMax >> 10} KiB.", shape));
            }
        }

        return body.WrittenMemory;
    }

    /// <summary>A text of an object; null where it is absent or null.</summary>
    /// <exception cref="ApiException">It is no text.</exception>
    public static string? TextOf(JsonElement body, string name, string shape) =>
        !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new ApiException(ApiError.Invalid($"'{name}' is no text.", shape));

    /// <summary>A truth value of an object; null where it is absent or null.</summary>
    /// <exception cref="ApiException">It is none.</exception>
    public static bool? BooleanOf(JsonElement body, string name, string shape) =>
        !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new ApiException(ApiError.Invalid($"'{name}' is neither true nor false.", shape));

    /// <summary>Refuses members that have no meaning.</summary>
    /// <exception cref="ApiException">There is one.</exception>
    public static void RequireMembers(JsonElement body, string shape, params ReadOnlySpan<string> names)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                throw new ApiException(ApiError.Invalid($"There is no '{member.Name}'.", shape));
            }
        }
    }
}
